import { duplicate, type FieldPath, forbiddenField, valueNotFound } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { EphemeralContainer, PodSpec } from '../../../../generated/types.ts';
import { asksForSomething } from '../../../validation/not-honoured.ts';

/** A helper for people: nobody may depend on it, so that it has neither ports nor probes, resources nor a life of its own. */
const ALLOWED: ReadonlySet<string> = new Set<keyof EphemeralContainer>([
  'args',
  'command',
  'env',
  'envFrom',
  'image',
  'imagePullPolicy',
  'name',
  'securityContext',
  'stdin',
  'stdinOnce',
  'targetContainerName',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'tty',
  'volumeDevices',
  'volumeMounts',
  'workingDir',
]);
const NOT_HERE = 'cannot be set for an Ephemeral Container';

/** What ephemeral containers must keep to beside the rules for all containers. `others` are the names of the other containers. */
export function checkEphemeralContainers(
  { ephemeralContainers = [] }: PodSpec,
  others: ReadonlySet<string>,
  path: FieldPath,
  out: Cause[],
): void {
  const names = new Set(others);
  ephemeralContainers.forEach((container, i) => {
    const at = path.child('ephemeralContainers').index(i);
    const { name, targetContainerName, volumeMounts } = container;
    if (name && names.has(name)) out.push(duplicate(at.child('name'), name));
    if (name) names.add(name);
    if (targetContainerName && !others.has(targetContainerName)) {
      out.push(valueNotFound(at.child('targetContainerName'), targetContainerName));
    }
    for (const [field, value] of Object.entries(container)) {
      if (!ALLOWED.has(field) && asksForSomething(value)) out.push(forbiddenField(at.child(field), NOT_HERE));
    }
    volumeMounts?.forEach(({ subPath, subPathExpr }, m) => {
      const mount = at.child('volumeMounts').index(m);
      if (subPath) out.push(forbiddenField(mount.child('subPath'), NOT_HERE));
      if (subPathExpr) out.push(forbiddenField(mount.child('subPathExpr'), NOT_HERE));
    });
  });
}

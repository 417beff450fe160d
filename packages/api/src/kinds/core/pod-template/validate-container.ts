import { duplicate, type FieldPath, forbiddenField, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Container, PodSpec } from '../../../../generated/types.ts';
import { label, oneOf } from '../../../validation/basics.ts';
import { checkEnv, checkEnvFrom } from './validate-env.ts';
import { checkEphemeralContainers } from './validate-ephemeral.ts';
import { checkHandlers } from './validate-handlers.ts';
import { checkMounts } from './validate-mounts.ts';
import { checkContainerPorts, checkHostPorts } from './validate-ports.ts';
import { checkResizePolicy } from './validate-resize-policy.ts';
import { checkResources } from './validate-resources.ts';
import { checkRestartRules } from './validate-restart-rules.ts';

/** The containers of a Pod: each alone, and their names, which must all differ. */
export function checkContainers(spec: PodSpec, volumes: ReadonlySet<string>, path: FieldPath, out: Cause[]): void {
  const names = new Set<string>();
  const { containers = [], initContainers = [], hostNetwork = false } = spec;
  if (containers.length === 0) out.push(required(path.child('containers')));
  containers.forEach((container, i) => {
    const at = path.child('containers').index(i);
    checkContainer(container, volumes, hostNetwork, at, out);
    checkHandlers(container, spec, at, out);
    if (container.resizePolicy) checkResizePolicy(container.resizePolicy, spec.restartPolicy, at.child('resizePolicy'), out);
    checkName(container.name, names, at, out);
  });
  checkHostPorts(containers, path.child('containers'), out);
  initContainers.forEach((container, i) => {
    const at = path.child('initContainers').index(i);
    checkContainer(container, volumes, hostNetwork, at, out);
    checkInitContainer(container, spec, at, out);
    checkName(container.name, names, at, out);
  });
  spec.ephemeralContainers?.forEach((container, i) => {
    checkContainer(container, volumes, hostNetwork, path.child('ephemeralContainers').index(i), out);
  });
  checkEphemeralContainers(spec, names, path, out);
}

function checkName(name: string | undefined, names: Set<string>, path: FieldPath, out: Cause[]): void {
  if (name && names.has(name)) out.push(duplicate(path.child('name'), name));
  if (name) names.add(name);
}

/** An init container ends before the next begins: what watches a running container is for sidecars only. */
function checkInitContainer(container: Container, spec: PodSpec, path: FieldPath, out: Cause[]): void {
  const { restartPolicy, resizePolicy } = container;
  if (restartPolicy === 'Always') {
    checkHandlers(container, spec, path, out);
    if (resizePolicy) checkResizePolicy(resizePolicy, spec.restartPolicy, path.child('resizePolicy'), out);
    return;
  }
  if (resizePolicy && resizePolicy.length > 0) {
    out.push(invalidValue(path.child('resizePolicy'), resizePolicy, 'must not be set for init containers'));
  }
  const why = 'may not be set for init containers without restartPolicy=Always';
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (container[field]) out.push(forbiddenField(path.child(field), why));
  }
}

function checkContainer(container: Container, volumes: ReadonlySet<string>, hostNetwork: boolean, path: FieldPath, out: Cause[]): void {
  label(container.name, path.child('name'), out);
  const image = container.image ?? '';
  if (image === '') out.push(required(path.child('image')));
  else if (image.trim() !== image) out.push(invalidValue(path.child('image'), image, 'must not have leading or trailing whitespace'));
  oneOf(container.terminationMessagePolicy, ['File', 'FallbackToLogsOnError'], path.child('terminationMessagePolicy'), out);
  oneOf(container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'], path.child('imagePullPolicy'), out, { optional: image === '' });
  checkRestartRules(container, path, out);
  if (container.ports) checkContainerPorts(container.ports, path.child('ports'), hostNetwork, out);
  if (container.env) checkEnv(container.env, path.child('env'), out);
  if (container.envFrom) checkEnvFrom(container.envFrom, path.child('envFrom'), out);
  checkMounts(container, volumes, path, out);
  checkResources(container.resources, path.child('resources'), out);
  const { privileged, allowPrivilegeEscalation } = container.securityContext ?? {};
  if (privileged === true && allowPrivilegeEscalation === false) {
    const why = 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true';
    out.push(invalidValue(path.child('securityContext'), container.securityContext, why));
  }
}

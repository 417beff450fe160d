import type { KubeObject } from '@kubernats/api';
import { deepEqual, getPath, isJsonObject } from '@kubernats/apimachinery';
import { badRequest } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { type Attributes, attributesOf } from './attributes.ts';

/**
 * Has `change` do what it will to an object that is to be written, as it is sent for that; where that gives that it is changed, the draft goes on from
 * what became of it, and `changed` is told.
 */
export async function haveMutated(
  call: Call,
  { draft, old }: { draft: Held; old: Held | undefined },
  change: (attributes: Attributes) => Promise<boolean>,
  changed: () => void,
): Promise<void> {
  const attributes = attributesOf(call, old ? versioned(draft, old) : unborn(draft), old);
  if (!attributes || !(await change(attributes)) || !attributes.object) return;
  takeMutated(call, draft, old, attributes.object);
  changed();
}

/** A new object as it is sent to be mutated: what the server alone says of it is not said yet. */
function unborn(draft: Held): Held {
  const { uid: _uid, creationTimestamp: _created, generation: _generation, ...metadata } = draft.metadata;
  return { ...draft, metadata };
}

/** The new state of an object as it is sent to be mutated: with the version that it replaces. */
const versioned = (draft: Held, { metadata: { resourceVersion } }: Held): Held => ({
  ...draft,
  metadata: { ...draft.metadata, resourceVersion },
});

/**
 * Puts what webhooks have made of an object into the draft, which goes on from there: what the server alone says stays as it was. Throws BadRequest
 * for a new object that they have moved to another namespace.
 */
function takeMutated(call: Call, draft: Held, old: Held | undefined, mutated: KubeObject): void {
  if (call.request.subresource === 'scale') {
    const spec = getPath(draft, ['spec']);
    if (isJsonObject(spec)) spec.replicas = Number(getPath(mutated, ['spec', 'replicas']) ?? 0);
    return;
  }
  const before = draft.metadata;
  const metadata: Held['metadata'] = { ...mutated.metadata };
  delete metadata.resourceVersion;
  metadata.generation = before.generation;
  if (old) {
    metadata.uid ||= before.uid;
    metadata.creationTimestamp ??= before.creationTimestamp;
    metadata.deletionTimestamp = before.deletionTimestamp;
    metadata.deletionGracePeriodSeconds = before.deletionGracePeriodSeconds;
  } else {
    metadata.uid = before.uid;
    metadata.creationTimestamp = before.creationTimestamp;
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    metadata.namespace ||= before.namespace;
    if (metadata.namespace !== before.namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
  }
  keepManagers(call, metadata, before);
  for (const field of Object.keys(draft)) Reflect.deleteProperty(draft, field);
  Object.assign(draft, mutated, { metadata });
}

/** Who owns which field is for the server to say: what a webhook has made of it has to be readable. Source: "Server-Side Apply", managedFields. */
function keepManagers({ warnings }: Call, metadata: Held['metadata'], before: Held['metadata']): void {
  if (deepEqual(metadata.managedFields, before.managedFields)) return;
  const problem = (metadata.managedFields ?? []).flatMap(problemsOf)[0];
  if (problem === undefined) return;
  metadata.managedFields = before.managedFields;
  const why = 'this could be caused by an outdated mutating admission controller; please fix your requests';
  warnings.push(`.metadata.managedFields was in an invalid state after admission; ${why}: ${problem}`);
}

function problemsOf({ apiVersion, fieldsType, fieldsV1 }: NonNullable<Held['metadata']['managedFields']>[number]): string[] {
  if (!apiVersion) return ['missing apiVersion'];
  if (fieldsType !== 'FieldsV1') return [`invalid fieldsType: ${fieldsType ?? ''}`];
  return isJsonObject(fieldsV1) ? [] : ['missing fieldsV1'];
}

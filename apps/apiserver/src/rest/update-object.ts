import { type KindRow, validateStatusUpdate, validateUpdate } from '@kubernats/api';
import { deepEqual, fieldPath, invalidValue, type ManagedFieldsEntry } from '@kubernats/apimachinery';
import { conflict, invalid, modified } from '@kubernats/errors';
import type { Held, Stored } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import { type Core, named } from '../core.ts';
import { fromKept, refuse, toKept } from './create-object.ts';
import { dropEmpty } from './drop-empty.ts';
import { isBeingRemoved } from './finalizers.ts';
import { inVersions } from './in-versions.ts';
import type { Change } from './modify-object.ts';
import { withoutTwins } from './owner-references.ts';
import { sameManagers, setManagers, trackChange } from './track-fields.ts';
import { strategyContext } from './write.ts';

export interface UpdateOptions {
  /** `status`, `scale`, …; undefined: the object itself. */
  subresource: string | undefined;
  /** Texts for the caller; filled anew at each try. */
  warnings: string[];
  /** Who owns the draft's fields, where that is known already. Absent: the caller owns what it changes. */
  managedFields?: ManagedFieldsEntry[];
}

/**
 * What becomes of `current` when `draft` (the caller's own copy, of the row that was asked for) is to replace it: the steps of an update, up
 * to the write. Throws what refuses it.
 */
export async function decideUpdate(core: Core, call: Call, current: Stored, draft: Held, options: UpdateOptions): Promise<Change> {
  const { row } = call;
  const old = fromKept(row, current.object);
  checkPreconditions(call, draft, current);
  complete(draft, old);
  const twins = withoutTwins(draft.metadata);
  const context = strategyContext(core);
  const { subresource, warnings } = options;
  const rules = (subresource !== undefined && row.strategy.subresources?.[subresource]) || row.strategy;
  const prepare = (): void => {
    if (subresource === 'status') return prepareStatus(core, row, draft, old);
    if (!rules.prepareForUpdate && row.hasStatus) keepStatus(draft, old);
    rules.prepareForUpdate?.(draft, old, context);
  };
  row.strategy.default?.(draft);
  prepare();
  setManagers(draft, options.managedFields ?? (await trackChange(core, call, old, draft, subresource)));
  const mutated = await core.admission.mutate(core, call, draft, old);
  // A webhook may change no more than the author.
  if (mutated) prepare();
  if (row.strategy.countsGeneration !== false && specChanged(row, draft, old))
    draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
  const causes =
    subresource === 'status' ? validateStatusUpdate(row, draft, old, context) : validateUpdate(row, draft, old, context, rules);
  refuse(row, draft, causes);
  const afterwards = await core.admission.validate(core, call, draft, old);
  // Whether it will be written is not known yet: it may have to be decided again.
  afterwards(false);
  warnings.splice(0, warnings.length, ...twins, ...(subresource === 'status' ? [] : (rules.warnings?.(draft, old) ?? [])));
  const next = await inVersions(core, row, () => toKept(row, draft));
  if (isBeingRemoved(row, next)) return { do: 'remove' };
  if (unchanged(next, current.object)) return { do: 'keep' };
  const claim = subresource === undefined ? await core.allocators.claim(core, call, draft, old) : undefined;
  return { do: 'write', object: next, ...(claim ? { claim } : {}) };
}

function checkPreconditions({ row, request }: Call, { metadata }: Held, current: Stored): void {
  const { uid, resourceVersion } = metadata;
  const now = current.object.metadata.uid;
  if (uid && uid !== now) {
    // To a patch it is a field like others, which may not change.
    if (request.verb === 'patch')
      refuse(row, current.object, [invalidValue(fieldPath('metadata').child('uid'), uid, 'field is immutable')]);
    throw conflict(named(row), current.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${now ?? ''}`);
  }
  if (!resourceVersion || resourceVersion === '0') {
    if (row.strategy.allowUnconditionalUpdate !== false) return;
    // Kubernetes names the resource here where it names the kind elsewhere, and prints the 0 as Go does.
    const message = 'Invalid value: 0x0: must be specified for an update';
    throw invalid(row.group, row.plural, current.name, [{ reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' }]);
  }
  if (resourceVersion !== String(current.revision)) throw modified(named(row), current.name);
}

/** What an author may leave out and may not change: taken from what is there. */
function complete({ metadata }: Held, { metadata: old }: Held): void {
  metadata.uid = old.uid;
  metadata.creationTimestamp = old.creationTimestamp;
  if (old.generateName !== undefined) metadata.generateName ??= old.generateName;
  metadata.generation = old.generation;
  delete metadata.selfLink;
  delete metadata.resourceVersion;
  metadata.deletionTimestamp = old.deletionTimestamp;
  metadata.deletionGracePeriodSeconds = old.deletionGracePeriodSeconds;
  metadata.managedFields ??= old.managedFields;
  dropEmpty(metadata);
}

/** An update of the status changes the status, and of the metadata nothing but labels, annotations and finalizers. */
function prepareStatus(core: Core, row: KindRow, draft: Held, old: Held): void {
  if (row.strategy.prepareForStatusUpdate) return row.strategy.prepareForStatusUpdate(draft, old, strategyContext(core));
  for (const field of Object.keys(draft)) if (!STATUS_FIELDS.has(field)) Reflect.deleteProperty(draft, field);
  for (const [field, value] of Object.entries(old)) if (!STATUS_FIELDS.has(field)) Reflect.set(draft, field, value);
  draft.metadata = { ...draft.metadata, ownerReferences: old.metadata.ownerReferences };
}

const STATUS_FIELDS = new Set(['kind', 'apiVersion', 'metadata', 'status']);

function keepStatus(draft: Held, old: Held): void {
  const status: unknown = Reflect.get(old, 'status');
  if (status === undefined) Reflect.deleteProperty(draft, 'status');
  else Reflect.set(draft, 'status', status);
}

/** Whether anything but metadata and status differs. Without a subresource for it, the status of a custom resource is a field like others. */
function specChanged(row: KindRow, next: Held, old: Held): boolean {
  const { metadata: _m, ...a } = next;
  const { metadata: _n, ...b } = old;
  if (!row.custom || row.hasStatus) {
    Reflect.deleteProperty(a, 'status');
    Reflect.deleteProperty(b, 'status');
  }
  return !deepEqual(a, b);
}

/** Whether the write would change nothing, and nobody's fields would be somebody else's. */
function unchanged(next: Held, old: Held): boolean {
  const { metadata: a, ...rest } = next;
  const { metadata: b, ...oldRest } = old;
  const { resourceVersion: _r, managedFields: fields, ...meta } = a;
  const { resourceVersion: _s, managedFields: oldFields, ...oldMeta } = b;
  return deepEqual(meta, oldMeta) && deepEqual(rest, oldRest) && sameManagers(fields, oldFields);
}

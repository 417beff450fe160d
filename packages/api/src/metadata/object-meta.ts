// What every object's metadata must keep to. Source: the API conventions; names as in "Object Names and IDs".
import {
  dns1123Label,
  dns1123Subdomain,
  type FieldPath,
  fieldPath,
  forbiddenField,
  invalidValue,
  qualifiedName,
  required,
  tooLong,
  validateLabels,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ObjectMeta, OwnerReference } from '../../generated/types.ts';
import type { KindRow } from '../kind.ts';
import { checkText, IMMUTABLE, notNegative } from '../validation/basics.ts';

const TOTAL_ANNOTATION_BYTES = 256 * 1024;
export const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);
const METADATA = fieldPath('metadata');

/** Checks the metadata of a new object, or of the new state of one. */
export function validateObjectMeta(
  row: Pick<KindRow, 'namespaced' | 'nameRule'> & { custom?: unknown },
  meta: ObjectMeta,
  path: FieldPath = METADATA,
): Cause[] {
  const out: Cause[] = [];
  const nameRule = row.nameRule ?? dns1123Subdomain;
  const { name = '', generateName = '', namespace = '' } = meta;
  if (generateName !== '') {
    for (const problem of nameRule(maskTrailingDash(generateName)))
      out.push(invalidValue(path.child('generateName'), generateName, problem));
  }
  if (name === '') out.push(required(path.child('name'), 'name or generateName is required'));
  else checkText(nameRule, name, path.child('name'), out);
  if (row.namespaced) {
    if (namespace === '') out.push(required(path.child('namespace')));
    else checkText(dns1123Label, namespace, path.child('namespace'), out);
  } else if (namespace !== '') out.push(forbiddenField(path.child('namespace'), 'not allowed on this type'));
  notNegative(meta.generation, path.child('generation'), out);
  if (meta.labels) out.push(...validateLabels(meta.labels, path.child('labels')));
  checkAnnotations(meta.annotations, path.child('annotations'), out);
  if (meta.ownerReferences) checkOwnerReferences(meta.ownerReferences, path.child('ownerReferences'), out);
  if (meta.finalizers) checkFinalizers(meta.finalizers, row.custom !== undefined, path.child('finalizers'), out);
  return out;
}

/** Checks what an update may not change. `meta` has been completed from `old` where the author left something out. */
export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, path: FieldPath = METADATA): Cause[] {
  const out: Cause[] = [];
  if (old.deletionTimestamp !== undefined) {
    const added = (meta.finalizers ?? []).filter((finalizer) => !old.finalizers?.includes(finalizer)).sort();
    if (added.length > 0) {
      const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
      out.push(
        forbiddenField(
          path.child('finalizers'),
          `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
        ),
      );
    }
  }
  if (meta.generation !== undefined && old.generation !== undefined && meta.generation < old.generation) {
    out.push(invalidValue(path.child('generation'), meta.generation, 'must not be decremented'));
  }
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (meta[field] !== old[field]) out.push(invalidValue(path.child(field), meta[field], IMMUTABLE));
  }
  return out;
}

export function checkAnnotations(annotations: Record<string, string> | undefined, path: FieldPath, out: Cause[]): void {
  let bytes = 0;
  for (const key in annotations) {
    for (const problem of qualifiedName(key.toLowerCase())) out.push(invalidValue(path, key, problem));
    bytes += utf8Length(key) + utf8Length(annotations[key] ?? '');
  }
  if (bytes > TOTAL_ANNOTATION_BYTES) out.push(tooLong(path, '', TOTAL_ANNOTATION_BYTES));
}

function checkOwnerReferences(references: OwnerReference[], path: FieldPath, out: Cause[]): void {
  let controller: string | undefined;
  for (const reference of references) {
    const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
    if (apiVersion === '') out.push(invalidValue(path.child('apiVersion'), apiVersion, 'version must not be empty'));
    if (kind === '') out.push(invalidValue(path.child('kind'), kind, 'must not be empty'));
    if (name === '') out.push(invalidValue(path.child('name'), name, 'must not be empty'));
    if (uid === '') out.push(invalidValue(path.child('uid'), uid, 'must not be empty'));
    if (kind === 'Event' && apiVersion === 'v1')
      out.push(invalidValue(path, reference, '/v1, Kind=Event is disallowed from being an owner'));
    if (reference.controller !== true) continue;
    if (controller !== undefined) {
      const why = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`;
      out.push(invalidValue(path, references, why));
    }
    controller = name;
  }
}

/** Custom resources may have any: they are warned of. */
function checkFinalizers(finalizers: string[], isCustom: boolean, path: FieldPath, out: Cause[]): void {
  finalizers.forEach((finalizer, i) => {
    checkText(qualifiedName, finalizer, path, out);
    if (!isCustom && !finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer)) {
      out.push(invalidValue(path.index(i), finalizer, 'name is neither a standard finalizer name nor is it fully qualified'));
    }
  });
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    out.push(invalidValue(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
}

/** A generated name goes on after the dash: what is checked is the name that could become. */
const maskTrailingDash = (name: string): string => (name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name);

const encoder = new TextEncoder();

/** Length in UTF-8 bytes; counting is only done for texts that are not plain. */
export function utf8Length(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return encoder.encode(text).length;
  return text.length;
}

import { isJsonObject } from '../json.ts';
import { type FieldSet, SELF } from './field-set.ts';
import { isPathElement } from './path-element.ts';

/** `metav1.ManagedFieldsEntry`. */
export interface ManagedFieldsEntry {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  /** RFC 3339, in whole seconds. */
  time?: string;
  fieldsType?: 'FieldsV1';
  fieldsV1?: FieldSet;
  subresource?: string;
}

/** Whether a value that a client sent is a proper entry. */
export function isEntry(value: unknown): value is ManagedFieldsEntry {
  if (!isJsonObject(value)) return false;
  const { operation, fieldsType, fieldsV1, ...texts } = value;
  if (operation !== 'Apply' && operation !== 'Update') return false;
  if (fieldsType !== 'FieldsV1' || !isFieldSet(fieldsV1, 0)) return false;
  return ['manager', 'apiVersion', 'time', 'subresource'].every((name) => texts[name] === undefined || typeof texts[name] === 'string');
}

/** Far deeper than any type goes. */
const MAX_SET_DEPTH = 200;

function isFieldSet(value: unknown, depth: number): value is FieldSet {
  if (!isJsonObject(value) || depth > MAX_SET_DEPTH) return false;
  for (const element of Object.keys(value)) {
    if ((element !== SELF && !isPathElement(element)) || !isFieldSet(value[element], depth + 1)) return false;
  }
  return true;
}

const order = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

/** Kubernetes' order of entries, for `sort`. */
export function byOperationAndTime(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    order(a.operation, b.operation) ||
    order(a.time, b.time) ||
    order(a.manager, b.manager) ||
    order(a.apiVersion, b.apiVersion) ||
    order(a.subresource, b.subresource)
  );
}

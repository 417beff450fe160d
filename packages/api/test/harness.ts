// What the API server does with an object before it stores it, for tests of one kind at a time.
import type { Cause } from '@kubernats/errors';
import {
  type Decoded,
  decodeObject,
  type FieldValidation,
  KINDS,
  type KindRow,
  KindTable,
  type KubeObject,
  kindByResource,
  type StrategyContext,
  validateCreate,
  validateUpdate,
} from '../src/index.ts';

export const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
export const CONTEXT: StrategyContext = { nowMs: NOW_MS, switches: {}, kinds: new KindTable(KINDS) };

const encoder = new TextEncoder();
export const bytes = (value: unknown): Uint8Array => encoder.encode(typeof value === 'string' ? value : JSON.stringify(value));

/** `rowOf('pods')`, `rowOf('deployments', 'apps')`. */
export function rowOf(plural: string, group = ''): KindRow {
  const row = kindByResource(group, 'v1', plural);
  if (!row) throw new Error(`no kind ${plural} in ${group}`);
  return row;
}

export function decode(row: KindRow, value: unknown, fieldValidation?: FieldValidation): Decoded {
  return decodeObject(row, bytes(value), { fieldValidation });
}

/** Decodes, defaults and prepares an object as a create does. */
export function create<T extends KubeObject = KubeObject>(row: KindRow, value: T, context = CONTEXT): T {
  const { object } = decode(row, value);
  row.strategy.default?.(object);
  row.strategy.prepareForCreate?.(object, context);
  return object as T;
}

/** `field: message` of what is wrong with a new object. */
export function problems(row: KindRow, value: KubeObject, context = CONTEXT): string[] {
  return textOf(validateCreate(row, create(row, value, context), context));
}

/** Decodes, defaults and prepares the new state of an object as an update does. `value` is changed from the created `old`. */
export function update<T extends KubeObject>(row: KindRow, old: T, change: (draft: T) => void): { next: T; problems: string[] } {
  const draft = structuredClone(old);
  change(draft);
  const object = decode(row, draft).object as T;
  row.strategy.default?.(object);
  row.strategy.prepareForUpdate?.(object, old, CONTEXT);
  return { next: object, problems: textOf(validateUpdate(row, object, old, CONTEXT)) };
}

/** The cells of an object's row by the columns' names. */
export function cells(row: KindRow, object: KubeObject): Record<string, unknown> {
  return Object.fromEntries(row.columns.map((column) => [column.name, column.value(object, NOW_MS)]));
}

const textOf = (causes: Cause[]): string[] => causes.map(({ field, message }) => `${field}: ${message}`);

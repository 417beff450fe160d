// The whole check of an object: its metadata by the rules for all kinds, the rest by its kind's strategy.
import type { Cause } from '@kubernats/errors';
import type { KindRow, StrategyContext } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** What is wrong with a new object, after `default` and `prepareForCreate`. */
export function validateCreate(row: KindRow, object: KubeObject, context: StrategyContext): Cause[] {
  if (row.ephemeral) return row.strategy.validate?.(object, context) ?? [];
  return [
    ...validateObjectMeta(row, object.metadata ?? {}),
    ...(row.strategy.validate?.(object, context) ?? []),
    ...(row.strategy.validateCreate?.(object, context) ?? []),
  ];
}

/** What is wrong with the new state of an object, after `default` and `prepareForUpdate`. `rules` may be a subresource's. */
export function validateUpdate(
  row: KindRow,
  object: KubeObject,
  old: KubeObject,
  context: StrategyContext,
  rules: Pick<KindRow['strategy'], 'validateUpdate'> = row.strategy,
): Cause[] {
  return [
    ...validateObjectMeta(row, object.metadata ?? {}),
    ...validateObjectMetaUpdate(object.metadata ?? {}, old.metadata ?? {}),
    ...(row.strategy.validate?.(object, context) ?? []),
    ...(rules.validateUpdate?.(object, old, context) ?? []),
  ];
}

/** What is wrong with a new status, after `prepareForStatusUpdate`. The spec is not looked at again. */
export function validateStatusUpdate(row: KindRow, object: KubeObject, old: KubeObject, context: StrategyContext): Cause[] {
  return [
    ...validateObjectMeta(row, object.metadata ?? {}),
    ...validateObjectMetaUpdate(object.metadata ?? {}, old.metadata ?? {}),
    ...(row.strategy.validateStatusUpdate?.(object, old, context) ?? []),
  ];
}

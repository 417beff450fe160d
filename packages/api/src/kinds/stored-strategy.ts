import type { Strategy, StrategyContext } from '../kind.ts';
import type { KubeObject } from '../object.ts';

interface Conversion<T extends KubeObject, S extends KubeObject> {
  toStored(object: T): S;
  /** May share what it holds with the stored form. */
  fromStored(object: S): T;
}

/**
 * The strategy of a version that is kept as another one: each step is the stored version's, on the object in that form, so that both
 * versions agree on defaults, on what a status is, and on what is refused (with the stored version's fields in the messages).
 */
export function strategyOfStored<T extends KubeObject, S extends KubeObject>(
  strategy: Strategy<S>,
  { toStored, fromStored }: Conversion<T, S>,
): Strategy<T> {
  const { countsGeneration, allowCreateOnUpdate, allowUnconditionalUpdate } = strategy;
  const change = (draft: T, step: (stored: S) => void): void => {
    const stored = toStored(structuredClone(draft));
    step(stored);
    for (const field of Object.keys(draft)) Reflect.deleteProperty(draft, field);
    Object.assign(draft, fromStored(stored));
  };
  return {
    ...{ countsGeneration, allowCreateOnUpdate, allowUnconditionalUpdate },
    default: (draft) => change(draft, (stored) => strategy.default?.(stored)),
    prepareForCreate: (draft, context) => change(draft, (stored) => strategy.prepareForCreate?.(stored, context)),
    prepareForUpdate: (draft, old, context) => change(draft, (stored) => strategy.prepareForUpdate?.(stored, toStored(old), context)),
    prepareForStatusUpdate: (draft, old, context) =>
      change(draft, (stored) => strategy.prepareForStatusUpdate?.(stored, toStored(old), context)),
    validate: (object, context) => strategy.validate?.(toStored(object), context) ?? [],
    validateCreate: (object, context) => strategy.validateCreate?.(toStored(object), context) ?? [],
    validateUpdate: both(strategy.validateUpdate),
    validateStatusUpdate: both(strategy.validateStatusUpdate),
    warnings: (object, old) => strategy.warnings?.(toStored(object), old && toStored(old)) ?? [],
  };

  function both<R>(step: ((object: S, old: S, context: StrategyContext) => R[]) | undefined) {
    return (object: T, old: T, context: StrategyContext): R[] => step?.(toStored(object), toStored(old), context) ?? [];
  }
}

// Whatever a kind's decoder takes can be defaulted, prepared, checked, warned of and printed: nothing of it throws.
import {
  decodeValue,
  KINDS,
  type KindRow,
  KindTable,
  type KubeObject,
  type StrategyContext,
  tableOf,
  validateCreate,
  validateStatusUpdate,
  validateUpdate,
} from '@kubernats/api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyObject } from '../src/any-object.ts';

const RUNS = 60;
const CONTEXT: StrategyContext = { nowMs: Date.parse('2026-11-28T00:00:00Z'), switches: {}, kinds: new KindTable(KINDS) };

describe.each(KINDS.filter(({ computed }) => !computed).map((row) => [`${row.plural}.${row.group}/${row.version}`, row] as const))(
  '%s',
  (_, row) => {
    const { strategy } = row;

    test('any object is created, or refused', () => {
      fc.assert(
        fc.property(anyObject(row), (value) => void created(row, value)),
        { numRuns: RUNS },
      );
    });

    test('any object takes the place of another, or is refused', () => {
      fc.assert(
        fc.property(anyObject(row), anyObject(row), (before, after) => {
          const old = created(row, before);
          for (const rules of [strategy, ...Object.values(strategy.subresources ?? {})]) {
            const draft = taken(row, after);
            rules.prepareForUpdate?.(draft, old, CONTEXT);
            validateUpdate(row, draft, old, CONTEXT, rules);
            rules.warnings?.(draft, old);
          }
          const draft = taken(row, after);
          strategy.prepareForStatusUpdate?.(draft, old, CONTEXT);
          validateStatusUpdate(row, draft, old, CONTEXT);
        }),
        { numRuns: RUNS },
      );
    });
  },
);

function taken(row: KindRow, value: KubeObject): KubeObject {
  const { object } = decodeValue(row, value);
  row.strategy.default?.(object);
  return object;
}

/** What is refused is not printed; what is there has at least the parts that every object of its kind has. */
function created(row: KindRow, value: KubeObject): KubeObject {
  const object = taken(row, value);
  row.strategy.warnings?.(object, undefined);
  row.strategy.prepareForCreate?.(object, CONTEXT);
  const causes = validateCreate(row, object, CONTEXT);
  if (causes.length > 0) return { ...object, ...{ spec: Reflect.get(object, 'spec') ?? {}, status: Reflect.get(object, 'status') ?? {} } };
  expect(tableOf(row, [object], { nowMs: CONTEXT.nowMs }).rows[0]?.cells).toHaveLength(row.columns.length);
  for (const read of Object.values(row.fieldSelectors)) expect(read(object)).toBeTypeOf('string');
  return object;
}

// CEL's own conformance suite (https://github.com/google/cel-spec), as `@bufbuild/cel-spec` carries it.
import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import { describe, expect, it } from 'vitest';
import { compile } from '../src/compile.ts';
import { DYN } from '../src/language/types.ts';
import { equal } from '../src/values/equal.ts';
import { type SpecType, type SpecValue, typeOfSpec, valueOfSpec } from './conformance-values.ts';

interface Case {
  name?: string;
  expr: string;
  value?: SpecValue;
  typedResult?: { result?: SpecValue };
  evalError?: object;
  disableCheck?: boolean;
  container?: string;
  bindings?: Record<string, { value: SpecValue }>;
  typeEnv?: { name: string; ident?: { type: SpecType } }[];
}

interface Suite {
  name: string;
  suites?: Suite[];
  tests?: { original: Case }[];
}

/** What is not Kubernetes' CEL, or not ours, by the beginning of its path or by a part of its expression. */
const APART: readonly [pattern: RegExp, why: string][] = [
  [/^\/(?:block_ext|math_ext|encoders_ext|string_ext\/reverse|bindings_ext\/.*proto)/, 'extensions that Kubernetes does not have'],
  [/^\/(?:proto2|proto3|enums|wrappers|dynamic|unknowns|namespace|type_deductions)/, 'messages of protobuf, containers, types alone'],
  [/TestAllTypes|google\.protobuf\.(?!Timestamp\b|Duration\b)|proto\.|(?:^|\/)[^:]*(?:proto|message)/, 'messages of protobuf'],
  [/quoted_map_fields|raw_(?:single|double|triple)|not_gt_double/, 'syntax that the parser does not read: differences.md'],
  [/unbound_is_runtime_error|receiver_function_names/, 'names that nothing has'],
  [/zero_based_(?:double|uint)/, 'indexes that are known to be no int'],
];

/** Kubernetes has literals of one type only, and checks every expression: what the suite expects without these is no question. */
const STRICTER = /expected type '|found no matching overload for '(?:_==_|_!=_|@in|_&&_|_\|\|_|_\?_:_)'/;

function* casesOf({ name, suites = [], tests: own = [] }: Suite, path = ''): Iterable<[path: string, test: Case]> {
  for (const suite of suites) yield* casesOf(suite, `${path}/${suite.name}`);
  for (const { original } of own) yield [`${path}/${original.name ?? name}`, original];
}

/** Undefined: as the suite wants it. */
function wrong({ expr, bindings = {}, typeEnv = [], ...test }: Case): string | undefined {
  const types = new Map(Object.keys(bindings).map((name) => [name, DYN]));
  for (const { name, ident } of typeEnv) if (ident) types.set(name, typeOfSpec(ident.type));
  const compiled = compile(expr, types);
  const isStricter = 'error' in compiled && STRICTER.test(compiled.error);
  if ('error' in compiled) return test.evalError || (isStricter && !test.typedResult) ? undefined : compiled.error;
  const outcome = compiled.program.evaluate((name) => valueOfSpec(bindings[name]?.value ?? {}));
  if (test.evalError) return 'error' in outcome ? undefined : 'no error';
  if ('error' in outcome) return outcome.error;
  const expected = valueOfSpec(test.typedResult?.result ?? test.value ?? { boolValue: true });
  const areNaN = Number.isNaN(outcome.value) && Number.isNaN(expected);
  return areNaN || equal(outcome.value, expected)
    ? undefined
    : `gives ${JSON.stringify(outcome.value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v))}`;
}

describe('CEL’s conformance suite', () => {
  const suite = tests as unknown as Suite;
  const cases = Array.from(casesOf(suite)).filter(
    ([path, { expr, container, disableCheck }]) =>
      !container && !disableCheck && !APART.some(([pattern]) => pattern.test(`${path}: ${expr}`)),
  );

  it('R1: passes', () => {
    const told = cases.flatMap(([path, test]) => {
      const why = wrong(test);
      return why === undefined ? [] : [`${path}: ${test.expr}: ${why}`];
    });
    expect(told).toEqual([]);
    expect(cases.length).toBeGreaterThan(1000);
  });
});

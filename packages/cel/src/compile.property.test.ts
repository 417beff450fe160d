import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MUTATIONS } from './admission/patch-types.ts';
import { compile } from './compile.ts';
import { DYN, type Type } from './language/types.ts';
import { schemaRules } from './schema-rules.ts';
import { fromJson } from './values/json.ts';

const TYPES = new Map<string, Type>([['self', DYN]]);

/** Parts that expressions are made of: any order of them is an expression, or none. */
const PIECES = [
  ...['self', 'x', '.a', '.?a', '["a"]', '[?0]', '[0]', '(', ')', '{', '}', '[', ']', ',', ':', '?', '!', '-', 'null', 'true', 'false'],
  ...[
    '1',
    '0',
    '9223372036854775807',
    '1u',
    '1.5',
    '"a"',
    "'é😀'",
    'b"x"',
    'r"\\d"',
    '"(a+)+$"',
    '"%s %d %f"',
    '"1h"',
    '"2024-01-01T00:00:00Z"',
  ],
  ...[' + ', ' - ', ' * ', ' / ', ' % ', ' == ', ' != ', ' < ', ' >= ', ' in ', ' && ', ' || '],
  ...[
    '.all(x, ',
    '.exists(x, ',
    '.map(x, ',
    '.filter(x, ',
    '.all(i, x, ',
    '.transformMap(k, x, ',
    'cel.bind(x, ',
    'has(self.a)',
    'size(',
    '.size()',
    'string(',
    'int(',
  ],
  ...['Object{', 'Object.a{', 'JSONPatch{', 'a: ', '?a: ', 'op: '],
  ...['.matches(', '.find(', '.findAll(', '.replace(', '.split(', '.join(', '.format([', '.substring(', '.charAt(', '.indexOf(', '.trim()'],
  ...[
    'duration(',
    'timestamp(',
    '.getHours()',
    '.getDayOfWeek("Europe/Berlin")',
    'quantity(',
    '.add(',
    'url(',
    '.getQuery()',
    'ip(',
    'cidr(',
    '.masked()',
    'semver(',
  ],
  ...[
    'optional.of(',
    '.orValue(',
    '.value()',
    'optional.none()',
    '.sum()',
    '.min()',
    '.isSorted()',
    'sets.contains(',
    'format.dns1123Label()',
    'type(',
    'dyn(',
  ],
];

const json = fc.jsonValue({ maxDepth: 3 });

/** Runs an expression that may be anything: what is wrong is told, and nothing is thrown. */
function run(expression: string, value: unknown): void {
  const compiled = compile(expression, TYPES, MUTATIONS);
  if ('error' in compiled) {
    expect(compiled.error).toMatch(/^compilation failed: ERROR: <input>:\d+:\d+: /);
    return;
  }
  const outcome = compiled.program.evaluate(() => fromJson(value), 50_000);
  expect(outcome.cost).toBeGreaterThanOrEqual(0);
}

describe('whatever an expression is, nothing is thrown and it ends', () => {
  it('R1: made of the language’s parts', () => {
    const expressions = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 14 }).map((parts) => parts.join(''));
    fc.assert(fc.property(expressions, json, run), { numRuns: 800 });
  });

  it('R1: of any characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), json, run), { numRuns: 250 });
  });

  it('R1: nested deeply, and long', () => {
    for (const expression of [
      '('.repeat(10_000),
      '['.repeat(5000) + ']'.repeat(5000),
      `1${' + 1'.repeat(20_000)}`,
      `true${' && true'.repeat(10_000)}`,
      '!'.repeat(9000),
      'self'.concat('.a'.repeat(9000)),
    ]) {
      run(expression, { a: 1 });
    }
  });

  it('R1: one that grows what it makes', () => {
    const doubled = Array.from({ length: 40 }, (_, index) => `cel.bind(x${index + 1}, x${index} + x${index}, `).join('');
    for (const start of ['"aaaaaaaaaa"', '[1, 2, 3]']) run(`cel.bind(x0, ${start}, ${doubled}x40.size()${')'.repeat(41)}`, {});
    run(
      'self.map(a, self.map(b, self.map(c, a))).size()',
      Array.from({ length: 1000 }, (_, index) => index),
    );
    run(
      '"a".replace("", "aaaaaaaaaa").replace("", "aaaaaaaaaa").replace("a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa").replace("a", self)',
      'a'.repeat(100_000),
    );
  });
});

describe('whatever a schema and an object are', () => {
  const rules = fc.constantFrom(
    'self == oldSelf',
    'self.a > 1',
    'self.size() < 3',
    'self.all(x, self == x)',
    'has(self.__proto__)',
    'self[0] == 1',
    '1 / self == 0',
    'self.',
  );
  const { schema } = fc.letrec<{ schema: object }>((tie) => ({
    schema: fc.record(
      {
        type: fc.constantFrom('object', 'array', 'string', 'integer', 'number', 'boolean', 'unknown'),
        format: fc.constantFrom('byte', 'date-time', 'duration'),
        properties: fc.dictionary(fc.constantFrom('a', 'in', 'x-y', '__proto__', 'constructor'), tie('schema'), {
          maxKeys: 2,
          depthIdentifier: 'schema',
        }),
        items: fc.option(tie('schema'), { depthIdentifier: 'schema', maxDepth: 3, nil: undefined }),
        additionalProperties: fc.option(tie('schema'), { depthIdentifier: 'schema', maxDepth: 3, nil: undefined }),
        'x-kubernetes-list-type': fc.constantFrom('set', 'map', 'atomic'),
        'x-kubernetes-list-map-keys': fc.constant(['a']),
        'x-kubernetes-int-or-string': fc.boolean(),
        'x-kubernetes-validations': fc.array(
          rules.map((rule) => ({ rule })),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: ['type'] },
    ),
  }));

  it('R1: nothing is thrown', () => {
    fc.assert(
      fc.property(schema, json, json, (schema, value, old) => {
        const compiled = schemaRules(schema);
        for (const { field } of [...compiled.check(), ...compiled.validate(value, old), ...compiled.validate(value)])
          expect(field).toBeTypeOf('string');
      }),
      { numRuns: 250 },
    );
  });
});

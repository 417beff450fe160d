import { describe, expect, it } from 'vitest';
import { schemaRules } from '../schema-rules.ts';
import type { JsonSchema } from './json-schema.ts';

const TEXT: JsonSchema = { type: 'string' };
const ADVICE = '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';
const AT = 'spec.validation.openAPIV3Schema';
const CONTRIBUTED = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';

const ruled = (schema: JsonSchema, ...rules: string[]): JsonSchema => ({
  ...schema,
  'x-kubernetes-validations': rules.map((rule) => ({ rule })),
});
const object = (properties: Record<string, JsonSchema>, ...rules: string[]): JsonSchema => ruled({ type: 'object', properties }, ...rules);
const list = (items: JsonSchema, maxItems?: number): JsonSchema => ({
  type: 'array',
  items,
  ...(maxItems === undefined ? {} : { maxItems }),
});
const text = (maxLength: number): JsonSchema => ({ type: 'string', maxLength });

const checked = (schema: JsonSchema): string[] =>
  schemaRules(schema)
    .check()
    .map(({ field, message }) => `${field}: ${message}`);
const over = (what: string, factor: string) => `Forbidden: ${what} exceeds budget by factor of ${factor} ${ADVICE}`;

describe('what rules are estimated to cost', () => {
  it('R1: refuses a rule that is too dear, and says which rules make the whole too dear', () => {
    const tags = ruled(list(TEXT), "self.all(x, x.contains('gpu'))");
    const at = `${AT}.properties[spec].properties[tags].x-kubernetes-validations[0].rule`;
    expect(checked(object({ spec: object({ tags }) }))).toEqual([
      `${at}: ${over('estimated rule cost', 'more than 100x')}`,
      `${at}: Forbidden: ${CONTRIBUTED}`,
      `${AT}: ${over('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', 'more than 100x')}`,
    ]);
  });

  // As many as kube-apiserver 1.36 takes, measured.
  it.each([
    [16, 909_090],
    [63, 333_333],
    [253, 94_339],
    [1024, 24_154],
  ])('R1: takes texts of %d characters up to %d times', (maxLength, maxItems) => {
    const tags = (count: number) => object({ tags: ruled(list(text(maxLength), count), "self.all(x, x.contains('gpu'))") });
    expect(checked(tags(maxItems))).toEqual([]);
    expect(checked(tags(maxItems + 1))).toEqual([expect.stringContaining('estimated rule cost exceeds budget by factor of 1.0000')]);
  });

  it('R1: a rule is paid for as often as what it is about occurs', () => {
    const part = (length: number) => object({ message: text(4096), part: text(length) }, '!self.message.contains(self.part)');
    const cases = (length: number) => object({ cases: list(part(length), 20) });
    expect(checked(cases(4096))).toEqual([expect.stringContaining('estimated rule cost exceeds budget by factor of 5.4x')]);
    expect(checked(cases(512))).toEqual([]);
    expect(checked(object({ names: list(ruled(TEXT, 'self == oldSelf || true'), 10) }))).not.toEqual([]);
    expect(checked(object({ ports: list(ruled({ type: 'integer' }, 'self > 0')) }))).toEqual([]);
  });

  it('R1: a messageExpression has the same limit, and is paid for once', () => {
    const spec: JsonSchema = {
      type: 'object',
      properties: { min: { type: 'integer' }, name: TEXT },
      'x-kubernetes-validations': [{ rule: 'true', messageExpression: "'min (' + string(self.min) + ')'" }],
    };
    const at = `${AT}.properties[spec].x-kubernetes-validations[0].messageExpression`;
    expect(checked(object({ spec }))[0]).toBe(`${at}: ${over('estimated messageExpression cost', 'more than 100x')}`);
    const formatted = { ...spec, 'x-kubernetes-validations': [{ rule: 'true', messageExpression: "'min (%d)'.format([self.min])" }] };
    expect(checked(object({ spec: formatted }))).toEqual([]);
  });

  it('R1: many rules of which each is cheap enough are too dear together', () => {
    const rule = "self.all(x, x.contains('gpu'))";
    const many = (count: number) => object({ tags: ruled(list(text(63), 333_333), ...Array.from({ length: count }, () => rule)) });
    expect(checked(many(10))).toEqual([]);
    expect(checked(many(11))).toEqual([
      ...[0, 1, 2, 3].map((index) => `${AT}.properties[tags].x-kubernetes-validations[${index}].rule: Forbidden: ${CONTRIBUTED}`),
      `${AT}: ${over('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', '1.099999x')}`,
    ]);
  });

  it('R1: of rules that have been stored only what they cost together is judged', () => {
    const dear = (size: number) => schemaRules(object({ tags: ruled(list(text(63), size), "self.all(x, x.contains('gpu'))") }));
    const stored = { anyRuleCost: true };
    expect(dear(400_000).check()).toHaveLength(1);
    expect(dear(400_000).check(undefined, stored)).toEqual([]);
    expect(
      dear(4_000_000)
        .check(undefined, stored)
        .map(({ field }) => field),
    ).toEqual([`${AT}.properties[tags].x-kubernetes-validations[0].rule`, AT]);
  });

  // Kubernetes' concept "Custom Resources", "Validation rules": its examples.
  it.each<[string, JsonSchema]>([
    ['order of numbers', object({ minReplicas: { type: 'integer' }, replicas: { type: 'integer' } }, 'self.minReplicas <= self.replicas')],
    ['a key of a map', object({ stateCounts: { type: 'object', additionalProperties: TEXT } }, "'Available' in self.stateCounts")],
    ['one of two lists is empty', object({ list1: list(TEXT), list2: list(TEXT) }, '(self.list1.size() == 0) != (self.list2.size() == 0)')],
    [
      'an element of a list',
      object({ envars: list(object({ name: text(253) }), 100) }, "self.envars.filter(e, e.name == 'MY_ENV').size() > 0"),
    ],
    [
      'expired',
      object(
        { expired: { type: 'boolean' }, ttl: { type: 'string', format: 'duration' }, created: { type: 'string', format: 'date-time' } },
        "has(self.expired) && self.created + self.ttl < timestamp('2024-01-01T00:00:00Z')",
      ),
    ],
    ['prefix', object({ health: TEXT }, "self.health.startsWith('ok')")],
    ['pattern', object({ details: TEXT }, "self.details.matches('^[a-zA-Z]*$')")],
    ['the same', object({ name: TEXT }, 'self.name == oldSelf.name')],
    ['quantities', object({ memory: text(64) }, "quantity(self.memory).isLessThan(quantity('1Gi'))")],
  ])('R1: takes the documented rule: %s', (_, schema) => {
    expect(checked(object({ spec: schema }))).toEqual([]);
  });

  it.each<[string, JsonSchema]>([
    ['an unbounded list of lists', object({ foo: list(list(TEXT)) }, "self.foo.all(x, x.all(y, y != 'a'))")],
    ['sets of texts', object({ a: list(TEXT), b: list(TEXT) }, 'self.a.all(x, self.b.exists(y, x == y))')],
    [
      'a map of unbounded texts',
      object({ labels: { type: 'object', additionalProperties: TEXT } }, 'self.labels.all(k, self.labels[k].matches("^[a-z]+$"))'),
    ],
    ['quantities in a list', object({ sizes: list(TEXT) }, 'self.sizes.all(x, quantity(x).sign() >= 0)')],
  ])('R1: refuses %s', (_, schema) => {
    expect(checked(object({ spec: schema })).join()).toContain('estimated rule cost exceeds budget by factor of more than 100x');
  });
});

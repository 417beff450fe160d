import { describe, expect, it } from 'vitest';
import { copyJson, deepEqual, deepFreeze, getOwn, getPath, MAX_JSON_DEPTH, setOwn } from './json.ts';

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? { a: value } : [value];
  return value;
};

describe('deepEqual', () => {
  it.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: undefined }, { b: undefined }, true],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [{}, [], false],
    [null, {}, false],
    ['1', 1, false],
    [{ constructor: 1 }, {}, false],
    [{}, { toString: 1 }, false],
  ])('%j and %j: %s', (a, b, expected) => expect(deepEqual(a, b)).toBe(expected));
});

describe('copyJson', () => {
  it('shares nothing with the original', () => {
    const original = { a: [{ b: 1 }] };
    const copy = copyJson(original);
    expect(copy).toEqual(original);
    expect(copy.a[0]).not.toBe(original.a[0]);
  });

  it('keeps a field named __proto__ as an ordinary field', () => {
    const copy = copyJson(JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":true}}');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('refuses endless nesting instead of overflowing the stack', () => {
    expect(() => copyJson(nested(100_000))).toThrow(`more than ${MAX_JSON_DEPTH} levels`);
    expect(() => deepEqual(nested(100_000), nested(100_000))).toThrow('nested too deeply');
    expect(() => deepFreeze(nested(100_000))).toThrow('nested too deeply');
    expect(copyJson(nested(MAX_JSON_DEPTH))).toEqual(nested(MAX_JSON_DEPTH));
  });
});

it('getPath follows own properties only', () => {
  const object = { spec: { containers: [{ name: 'a' }] } };
  expect(getPath(object, ['spec', 'containers', 0, 'name'])).toBe('a');
  expect(getPath(object, ['spec', 'containers', 1, 'name'])).toBeUndefined();
  expect(getPath(object, ['constructor', 'name'])).toBeUndefined();
  expect(getPath(object, ['spec', '__proto__'])).toBeUndefined();
});

it('getOwn and setOwn treat every name alike', () => {
  const target = {};
  setOwn(target, '__proto__', 1);
  expect(getOwn(target, '__proto__')).toBe(1);
  expect(getOwn({}, 'toString')).toBeUndefined();
});

it('deepFreeze freezes every level', () => {
  const frozen = deepFreeze({ a: [{ b: 1 }] });
  expect(Object.isFrozen(frozen.a[0])).toBe(true);
});

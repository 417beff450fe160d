import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../json.ts';
import { applyMergePatch } from './merge-patch.ts';

describe('JSON merge patch', () => {
  // The cases of RFC 7386, appendix A, whose patch is an object.
  it.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
    ['{}', '{"a":[{"b":null,"c":1},null]}', '{"a":[{"c":1},null]}'],
    ['{"__proto__":{"a":1}}', '{"__proto__":{"b":2}}', '{"__proto__":{"a":1,"b":2}}'],
  ])('%s with %s', (document, patch, expected) => {
    expect(JSON.stringify(applyMergePatch(deepFreeze(JSON.parse(document)), deepFreeze(JSON.parse(patch))))).toBe(expected);
  });

  it.each([
    [null, 'Invalid JSON Patch'],
    [[], 'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}'],
    [true, 'error decoding patch: json: cannot unmarshal bool into Go value of type map[string]interface {}'],
  ])('refuses %j', (patch, message) => {
    expect(() => applyMergePatch({}, patch)).toThrow(expect.objectContaining({ code: 400, message }));
  });

  it('changes no inherited field', () => {
    applyMergePatch({}, JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'));
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('refuses endless nesting instead of overflowing the stack', () => {
    for (const open of ['{"a":', '[']) {
      const [levels, close] = [100_000, open === '[' ? ']' : '}'];
      const patch: unknown = JSON.parse(`{"x":${open.repeat(levels)}1${close.repeat(levels)}}`);
      expect(() => applyMergePatch({}, patch)).toThrow('nested too deeply');
    }
  });
});

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { folderName, namesOn } from './folder-name.ts';

it.each([
  ['pvc-1', 'pvc-1'],
  ['vol_0.a', 'vol_0.a'],
  ['', '%'],
  ['.', '%2E'],
  ['..', '%2E.'],
  ['../../etc', '%2E.%2F..%2Fetc'],
  ['a/b', 'a%2Fb'],
  ['a%2Fb', 'a%252Fb'],
  ['__proto__', '__proto__'],
  ['\0ü', '%00%C3%BC'],
])('%j is the folder %j', (text, name) => expect(folderName(text)).toBe(name));

it('property: any text is one plain name of at most 200 characters, and no two are alike', () => {
  const names = new Map<string, string>();
  const long = fc.string({ minLength: 150, maxLength: 1000, unit: 'binary' });
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), long), (text) => {
      const name = folderName(text);
      expect(name).toMatch(/^[A-Za-z0-9_%-][A-Za-z0-9_.%-]{0,199}$/);
      expect(names.get(name) ?? text).toBe(text);
      names.set(name, text);
    }),
  );
  expect(folderName('a'.repeat(300))).not.toBe(folderName(`${'a'.repeat(300)}b`));
});

it('names on a path never lead above its top', () => expect(namesOn('/../a/./b//../c/')).toEqual(['a', 'c']));

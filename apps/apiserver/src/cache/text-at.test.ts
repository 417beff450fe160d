import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textAt } from './text-at.ts';

const PATH = ['spec', 'nodeName'];
const at = (object: object) => textAt(Buffer.from(JSON.stringify(object)), PATH);

describe('a text in JSON', () => {
  it.each([
    ['is found where its path leads', { kind: 'Pod', spec: { containers: [{ name: 'a' }], nodeName: 'n1' }, status: {} }, 'n1'],
    ['may have any letters', { spec: { nodeName: 'a"b\\cü\n' } }, 'a"b\\cü\n'],
    ['may be empty', { spec: { nodeName: '' } }, ''],
    ['is not one that is elsewhere', { metadata: { labels: { nodeName: 'x' } }, spec: { nodeSelector: { nodeName: 'y' } } }, undefined],
    ['is not one that is deeper', { metadata: { spec: { nodeName: 'x' } }, spec: { a: { spec: { nodeName: 'y' } } } }, undefined],
    ['is not one that is in a text', { metadata: { annotations: { a: '"spec":{"nodeName":"x"}' } }, spec: { nodeName: 'n1' } }, 'n1'],
    ['is not the value of another field', { a: 'spec', spec: { b: 'nodeName', nodeName: 'n1' } }, 'n1'],
    ['is not in a list', { spec: [{ nodeName: 'x' }] }, undefined],
    ['is no number', { spec: { nodeName: 7 } }, undefined],
    ['may be without its parent', { status: { nodeName: 'x' } }, undefined],
    ['may be behind its parent', { spec: {}, status: { nodeName: 'x' } }, undefined],
  ])('%s', (_, object, expected) => expect(at(object)).toBe(expected));

  it('is the one that JSON.parse finds', () => {
    const key = fc.constantFrom('spec', 'nodeName', 'a"', '\\', '{', 'spec":{"nodeName');
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(fc.string(), key, fc.integer(), fc.constant(null), fc.array(tie('tree')), fc.dictionary(key, tie('tree'))),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, tree), (object) => {
        const { spec } = object as { spec?: { nodeName?: unknown } | null };
        const value = spec && typeof spec === 'object' && !Array.isArray(spec) ? spec.nodeName : undefined;
        expect(at(object)).toBe(typeof value === 'string' ? value : undefined);
      }),
    );
  });
});

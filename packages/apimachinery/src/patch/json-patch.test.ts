import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../json.ts';
import { applyJsonPatch } from './json-patch.ts';

const pod = deepFreeze({ metadata: { labels: { a: '1', 'x/y': '2' } }, spec: { containers: [{ name: 'a' }, { name: 'b' }] } });

describe('JSON patch', () => {
  it.each([
    [[{ op: 'add', path: '/metadata/labels/b', value: '3' }], { labels: { a: '1', 'x/y': '2', b: '3' } }],
    [[{ op: 'replace', path: '/metadata/labels/x~1y', value: '3' }], { labels: { a: '1', 'x/y': '3' } }],
    [[{ op: 'remove', path: '/metadata/labels' }], {}],
    [[{ op: 'move', from: '/metadata/labels/a', path: '/metadata/labels/b' }], { labels: { 'x/y': '2', b: '1' } }],
    [[{ op: 'copy', from: '/metadata/labels/a', path: '/metadata/name' }], { labels: { a: '1', 'x/y': '2' }, name: '1' }],
    [[{ op: 'test', path: '/metadata/labels/a', value: '1' }], { labels: { a: '1', 'x/y': '2' } }],
    [[{ op: 'add', path: '/metadata/labels/toString', value: 'x' }], { labels: { a: '1', 'x/y': '2', toString: 'x' } }],
  ])('%j', (patch, metadata) => expect(applyJsonPatch(pod, deepFreeze(patch))).toEqual({ ...pod, metadata }));

  it('inserts into and appends to lists', () => {
    const patch = [
      { op: 'add', path: '/spec/containers/0', value: { name: 'first' } },
      { op: 'add', path: '/spec/containers/-', value: { name: 'last' } },
      { op: 'remove', path: '/spec/containers/1' },
      { op: 'add', path: '/spec/containers/0/image', value: 'i' },
    ];
    expect(applyJsonPatch(pod, deepFreeze(patch))).toHaveProperty('spec.containers', [
      { name: 'first', image: 'i' },
      { name: 'b' },
      { name: 'last' },
    ]);
  });

  it('replaces the whole document', () => {
    expect(applyJsonPatch(pod, [{ op: 'replace', path: '', value: { a: 1 } }])).toEqual({ a: 1 });
  });

  it.each([
    [[{ op: 'test', path: '/metadata/labels/a', value: '2' }]],
    [[{ op: 'test', path: '/metadata/labels/z', value: '2' }]],
    [[{ op: 'remove', path: '/metadata/labels/z' }]],
    [[{ op: 'replace', path: '/metadata/labels/z', value: 1 }]],
    [[{ op: 'add', path: '/metadata/none/z', value: 1 }]],
    [[{ op: 'add', path: '/spec/containers/7', value: {} }]],
    [[{ op: 'add', path: '/spec/containers/x', value: {} }]],
    [[{ op: 'copy', from: '/none', path: '/a' }]],
    [[{ op: 'odd', path: '/a', value: 1 }]],
    [[{ op: 'add', path: '/a' }]],
    [[{ op: 'add', path: 'a', value: 1 }]],
    [[{ path: '/a' }]],
    [[{ op: 'remove', path: '/constructor' }]],
    [[{ op: 'add', path: '/constructor/prototype/polluted', value: 1 }]],
    [[{ op: 'add', path: '/toString/polluted', value: 1 }]],
    [[{ op: 'add', path: '/__proto__/polluted', value: 1 }]],
    [[{ op: 'add', path: '/spec/containers/constructor/polluted', value: 1 }]],
    [
      [
        { op: 'copy', from: '/metadata', path: '/m' },
        { op: 'add', path: '/m/toString/polluted', value: 1 },
      ],
    ],
    [[{ op: 'move', from: '/constructor', path: '/x' }]],
  ])('422: %j', (patch) => {
    const message = 'the server rejected our request due to an error in our request';
    expect(() => applyJsonPatch(pod, patch)).toThrow(expect.objectContaining({ code: 422, reason: 'Invalid', message }));
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get(Object.prototype.toString, 'polluted')).toBeUndefined();
  });

  it.each([
    [{}, 400, 'json: cannot unmarshal object into Go value of type jsonpatch.Patch'],
    [['x'], 400, 'json: cannot unmarshal into Go value of type jsonpatch.Operation'],
    [
      Array.from({ length: 10_001 }, () => ({ op: 'test', path: '', value: 1 })),
      413,
      'Request entity is too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    ],
  ])('refuses what is no patch: %.30j', (patch, code, message) => {
    expect(() => applyJsonPatch(pod, patch)).toThrow(expect.objectContaining({ code, message }));
  });

  it('does not let a small patch grow the document without bound', () => {
    const doubling = Array.from({ length: 1000 }, (_, i) => ({ op: 'copy', from: '', path: `/c${i}` }));
    expect(() => applyJsonPatch(pod, doubling)).toThrow(expect.objectContaining({ code: 422 }));
  });

  it('refuses endless nesting instead of overflowing the stack', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => applyJsonPatch(pod, [{ op: 'add', path: '/a', value: deep }])).toThrow('nested too deeply');
    expect(() => applyJsonPatch(pod, [{ op: 'test', path: '/spec', value: deep }])).toThrow('nested too deeply');
    let level: unknown = {};
    for (let i = 0; i < 400; i++) level = { a: level };
    const twice = [
      { op: 'add', path: '/a', value: level },
      { op: 'add', path: `${'/a'.repeat(400)}/b`, value: level },
    ];
    expect(() => applyJsonPatch(pod, twice)).toThrow('nested too deeply');
  });
});

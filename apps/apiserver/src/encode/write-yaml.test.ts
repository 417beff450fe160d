import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeYaml } from './write-yaml.ts';

test('R1: what would take long to write stays JSON, which every reader of YAML reads', () => {
  const json = JSON.stringify({ items: Array.from({ length: 20_000 }, (_, i) => `item ${i}`) });
  expect(writeYaml(json)).toBe(json);
  expect(parse(json)).toEqual(JSON.parse(json));
});

test('R1: an object as YAML has its keys in order, and quotes what YAML 1.1 reads as no text', () => {
  const text = writeYaml(JSON.stringify({ kind: 'ConfigMap', data: { b: 'yes', a: '012', c: 'one\ntwo\n', d: 'null' }, apiVersion: 'v1' }));
  expect(text).toBe('apiVersion: v1\ndata:\n  a: "012"\n  b: "yes"\n  c: |\n    one\n    two\n  d: "null"\nkind: ConfigMap\n');
});

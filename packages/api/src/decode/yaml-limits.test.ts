import { MAX_JSON_DEPTH } from '@kubernats/apimachinery';
import { expect, it } from 'vitest';
import { parseYaml } from './parse-yaml.ts';
import { limitProblem } from './yaml-limits.ts';

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
const indented = (depth: number): string => lines(depth, (index) => `${' '.repeat(index)}a:`);

it.each<[string, (depth: number) => string]>([
  ['brackets', (depth) => '['.repeat(depth) + ']'.repeat(depth)],
  ['braces', (depth) => `${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`],
  ['brackets on lines of their own', (depth) => lines(depth, () => ' [')],
  ['brackets that nobody closes', (depth) => '['.repeat(depth)],
  ['sequences in one line', (depth) => `${'- '.repeat(depth)}1`],
  ['keys of keys', (depth) => `${'? '.repeat(depth)}1`],
  ['mappings', indented],
  ['mappings of sequences', (depth) => lines(Math.ceil(depth / 2), (index) => `${'   '.repeat(index)}- a:`)],
  ['brackets in a mapping', (depth) => `a:\n  b: ${'['.repeat(depth - 2)}`],
])('R1: tells a document that is nested too deeply by %s', (_, document) => {
  expect(limitProblem(document(MAX_JSON_DEPTH))).toBeUndefined();
  expect(limitProblem(document(MAX_JSON_DEPTH + 2))).toBe('exceeded max depth of 500');
});

it.each([
  ['one after the other', lines(2000, (index) => `key${index}: [1]\nlist${index}:\n  - a: 1\n    b: {c: 2}`)],
  ['up and down', `${indented(300)}\n${indented(300)}`],
  [
    'signs in texts',
    `a: "${'['.repeat(1000)}"\nb: |\n  ${'['.repeat(1000)}\n  ${'- '.repeat(1000)}\nc: x${'['.repeat(1000)} # ${'['.repeat(1000)}`,
  ],
])('takes what is long and not deep: %s', (_, document) => {
  expect(limitProblem(document)).toBeUndefined();
});

it('R1: refuses a document that is nested too deeply', () => {
  expect(parseYaml('['.repeat(100_000))).toEqual({ error: 'yaml: exceeded max depth of 500', duplicates: [] });
  expect(parseYaml(indented(400)).error).toBeUndefined();
});

it.each<[string, (tokens: number) => string]>([
  ['numbers in brackets', (tokens) => `[${'1,'.repeat(tokens / 2)}`],
  ['nothing, in lines', (tokens) => '- \n'.repeat(tokens)],
  ['keys and values', (tokens) => 'a: 1 # why\n'.repeat(tokens / 3)],
])('R1: refuses a document of too much: %s', (_, document) => {
  expect(limitProblem(document(5_994), 6_000)).toBeUndefined();
  expect(limitProblem(document(6_006), 6_000)).toBe('exceeded max of 6000 tokens');
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPath } from './json-path.ts';

const object = {
  metadata: { labels: { 'app.kubernetes.io/name': 'web' } },
  spec: {
    replicas: 3,
    ports: [
      { name: 'http', port: 80 },
      { name: 'https', port: 443 },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Progressing', status: 'False' },
    ],
  },
};

test.each<[string, unknown[]]>([
  ['.spec.replicas', [3]],
  ['$.spec.replicas', [3]],
  ['.spec.nothing.more', []],
  ['.spec.replicas.more', []],
  ['.spec.toString', []],
  ['.spec.ports[0].port', [80]],
  ['.spec.ports[-1].port', [443]],
  ['.spec.ports[7].port', []],
  ['.spec.ports[0:1].name', ['http']],
  ['.spec.ports[::2].name', ['http']],
  ['.spec.ports[*].port', [80, 443]],
  ['.spec.ports.*.port', [80, 443]],
  ['.spec.ports[0,1].name', ['http', 'https']],
  [".metadata.labels['app.kubernetes.io/name']", ['web']],
  ['.metadata.labels.app\\.kubernetes\\.io/name', ['web']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  [".status.conditions[?(@.type == 'Progressing')].status", ['False']],
  ['.status.conditions[?(@.type!="Ready")].type', ['Progressing']],
  ['.spec.ports[?(@.port>100)].name', ['https']],
  ['.spec.ports[?(@.port>"a")].name', []],
  ['.spec.ports[?(@.nothing)].name', []],
  ['.spec.ports[?(@.name)].name', ['http', 'https']],
  ['..port', [80, 443]],
  ['..[0].name', ['http']],
  ["['spec']['replicas']", [3]],
])('%s', (path, found) => {
  expect(jsonPath(path)(object)).toEqual(found);
});

test.each(['.spec[', '.spec[a]', '.spec[]', '.spec[?(@.a==b)]', '.spec.ports[0'])('%s is no path', (path) => {
  expect(() => jsonPath(path)).toThrow();
});

test('a path that finds ever more is cut off', () => {
  let deep: object = {};
  for (let depth = 0; depth < 300; depth++) deep = { a: deep };
  expect(jsonPath('..*..*..*..*..*')(deep).length).toBeLessThanOrEqual(10_000);
});

test('whatever is written is a path or an error, and finds something or nothing', () => {
  const token = fc.constantFrom('.', '..', '[', ']', "'a'", '*', '0', ':', ',', 'spec', '?(', ')', '@', '==', '"b"', '\\', '$', '-1');
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
      let find: ReturnType<typeof jsonPath>;
      try {
        find = jsonPath(tokens.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        return;
      }
      expect(Array.isArray(find(object))).toBe(true);
    }),
  );
});

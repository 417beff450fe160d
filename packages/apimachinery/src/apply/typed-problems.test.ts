import { expect, test } from 'vitest';
import type { JsonObject } from '../json.ts';
import { deploymentSchema, podSchema, serviceSchema } from '../schema.fixture.ts';
import type { ObjectSchema } from '../schema.ts';
import { typedProblems } from './typed-problems.ts';

const spec = (of: JsonObject): JsonObject => ({ spec: of });

// The words are those of structured-merge-diff, which kube-apiserver passes on.
test.each<[string, ObjectSchema, JsonObject, string[]]>([
  ['nothing', podSchema, { metadata: { name: 'a' }, spec: { containers: [{ name: 'c', ports: [{ containerPort: 80 }] }] } }, []],
  ['nulls', podSchema, { metadata: null, spec: { containers: null, hostname: null, nodeSelector: null } }, []],
  ['an unknown field', podSchema, { spec: { x: 1 } }, ['.spec.x: field not declared in schema']],
  ['a field of Object.prototype', podSchema, JSON.parse('{"spec":{"constructor":1}}'), ['.spec.constructor: field not declared in schema']],
  [
    'a label that is no text',
    podSchema,
    { metadata: { labels: { a: 1 } } },
    ['.metadata.labels.a: expected string, got &value.valueUnstructured{Value:1}'],
  ],
  ['text for a number', deploymentSchema, spec({ replicas: '1' }), ['.spec.replicas: expected numeric (int or float), got string']],
  ['text for a map', podSchema, spec({ nodeSelector: 'x' }), ['.spec.nodeSelector: expected map, got &{x}']],
  ['a list for an object', podSchema, { spec: [1] }, ['.spec: expected map, got &{[1]}']],
  ['a map for a list', podSchema, spec({ containers: { name: 'c' } }), ['.spec.containers: expected list, got &{map[name:c]}']],
  [
    'a map for a scalar',
    serviceSchema,
    spec({ ports: [{ port: 1, targetPort: {} }] }),
    ['.spec.ports[port=1,protocol="TCP"].targetPort: expected any scalar, got &{map[]}'],
  ],
  [
    'an element without a key',
    podSchema,
    spec({ containers: [{ image: 'i' }] }),
    [
      '.spec.containers: element 0: associative list with keys has an element that omits key field "name" (and doesn\'t have default value)',
    ],
  ],
  [
    'elements that are none',
    podSchema,
    spec({ containers: [null] }),
    ['.spec.containers: element 0: associative list with keys may not have a null element'],
  ],
  [
    'texts for elements',
    podSchema,
    spec({ containers: ['c'] }),
    ['.spec.containers: element 0: associative list with keys may not have non-map elements'],
  ],
  [
    'a map in a set',
    podSchema,
    { metadata: { finalizers: [{}] } },
    [".metadata.finalizers: element 0: associative list without keys has an element that's a map type"],
  ],
  [
    'a null in a set',
    podSchema,
    { metadata: { finalizers: ['a', null] } },
    [".metadata.finalizers: element 1: associative list without keys has an element that's an explicit null"],
  ],
  ['twins', podSchema, { metadata: { finalizers: ['a', 'a'] } }, ['.metadata.finalizers: duplicate entries for key [="a"]']],
  [
    'twins by a default',
    serviceSchema,
    spec({ ports: [{ port: 80 }, { port: 80, protocol: 'TCP' }] }),
    ['.spec.ports: duplicate entries for key [port=80,protocol="TCP"]'],
  ],
])('%s', (_, schema, config, problems) => expect(typedProblems(config, schema)).toEqual(problems));

test('what is nested without end is refused, and many problems are told in part', () => {
  let deep: JsonObject = {};
  for (let i = 0; i < 100_000; i++) deep = { a: deep };
  expect(() => typedProblems({ metadata: { managedFields: [deep] } }, podSchema)).toThrow('nested too deeply');
  const labels = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`l${i}`, i]));
  expect(typedProblems({ metadata: { labels } }, podSchema)).toHaveLength(20);
});

import { expect, test } from 'vitest';
import { SwaggerMerge } from './merge-swagger.ts';

const ref = (name: string) => ({ $ref: `#/definitions/${name}` });
const answering = (name: string, parameters: object[] = []) => ({
  get: { parameters, responses: { 200: { description: 'OK', schema: ref(name) } } },
});
const META = { type: 'object', properties: { name: { type: 'string' } } };
const own = { paths: { '/api/v1/pods': {} }, definitions: { Meta: META, Status: { type: 'object' } } };

const things = (definitions: object) => ({
  group: 'example.com',
  document: {
    swagger: '2.0',
    paths: {
      '/apis/example.com/v1/things': answering('Thing', [{ $ref: '#/parameters/pretty' }, { $ref: '#/parameters/none' }]),
      '/apis/example.com.evil/v1/things': answering('Thing'),
      '/version': answering('Info'),
    },
    parameters: { pretty: { name: 'pretty', in: 'query', type: 'string' } },
    definitions: { Thing: { type: 'object', properties: { metadata: ref('Meta'), status: ref('Status') } }, Info: {}, ...definitions },
  },
});

test('R1: of another server its group’s paths are taken, and what they need', () => {
  const merge = new SwaggerMerge([own]);
  expect(merge.add(things({ Meta: META, Status: { type: 'object' } }))).toEqual({
    paths: {
      '/apis/example.com/v1/things': answering('Thing', [{ name: 'pretty', in: 'query', type: 'string' }, { $ref: '#/parameters/none' }]),
    },
    definitions: { Thing: { type: 'object', properties: { metadata: ref('Meta'), status: ref('Status') } } },
  });
  // What is there stays.
  expect(merge.add(things({ Meta: {} }))).toEqual({ paths: {}, definitions: {} });
});

test('R1: a definition of a name that is taken has another, and is found by it', () => {
  const other = { type: 'object', properties: { name: { type: 'integer' }, owner: ref('Meta') } };
  const merge = new SwaggerMerge([{ ...own, definitions: { ...own.definitions, Meta_v2: { type: 'array' } } }]);
  const { definitions } = merge.add(things({ Meta: other, Status: { type: 'object' }, Meta_v3: { type: 'string' } }));
  expect(definitions).toEqual({
    Thing: { type: 'object', properties: { metadata: ref('Meta_v4'), status: ref('Status') } },
    Meta_v4: { ...other, properties: { ...other.properties, owner: ref('Meta_v4') } },
  });
});

test.each<[string, object]>([
  ['nothing', {}],
  ['nonsense', { paths: 5, definitions: [1] }],
  [
    'names of prototypes',
    JSON.parse(
      '{"paths":{"/apis/example.com/v1/x":{"get":{"schema":{"$ref":"#/definitions/__proto__"}}}},"definitions":{"__proto__":{"a":1}}}',
    ) as object,
  ],
])('R1: a document of %s does no harm', (_, document) => {
  const { definitions } = new SwaggerMerge([own]).add({ group: 'example.com', document: { ...document } });
  expect(Object.values(definitions).length).toBeLessThan(2);
  expect(({} as { a?: number }).a).toBeUndefined();
});

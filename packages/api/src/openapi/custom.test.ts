import { expect, test } from 'vitest';
import type { JSONSchemaProps } from '../../generated/types.ts';
import { aggregatedDiscovery } from '../discovery/aggregated.ts';
import type { KindRow } from '../kind.ts';
import { defineKind } from '../kinds/define.ts';
import { KINDS } from '../kinds/index.ts';
import { OpenApiDocuments } from './documents.ts';

const NAME = 'com.example.stable.v1.CronTab';

function cronTab(version: string, openApi: JSONSchemaProps | undefined, group = 'stable.example.com'): KindRow {
  return defineKind(
    { group, version, kind: 'CronTab', plural: 'crontabs', namespaced: true },
    {
      definition: `${group.split('.').reverse().join('.')}.${version}.CronTab`,
      hasStatus: true,
      custom: {
        schema: () => ({ name: 'CronTab', fields: new Map() }),
        listKind: 'CronTabs',
        since: 0,
        renew: (object) => object,
        conform: (value) => ({ value, unknownFields: [], keys: 0 }),
        ...(openApi ? { openApi } : {}),
      },
    },
  );
}

const SCHEMA: JSONSchemaProps = {
  type: 'object',
  description: 'A job at a time.',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['image', 'note'],
      oneOf: [{ required: ['image'] }],
      properties: {
        image: { type: 'string', default: 'nginx', pattern: '^n', example: 'nginx' },
        note: { type: 'string', nullable: true },
        port: { 'x-kubernetes-int-or-string': true },
        any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'string' } } },
        template: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object' } } },
        names: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      },
    },
  },
};

const documents = (...custom: KindRow[]) => new OpenApiDocuments([...KINDS, ...custom], 'v1.36.0');
const read = (body: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(body)) as Record<string, never>;
const GVK = [{ group: 'stable.example.com', kind: 'CronTab', version: 'v1' }];

test('R1: version 3 publishes the whole schema, with what every resource has', async () => {
  const { components, paths } = read(await documents(cronTab('v1', SCHEMA)).v3('apis/stable.example.com/v1')) as never as {
    components: { schemas: Record<string, object> };
    paths: Record<string, Record<string, object>>;
  };
  const { schemas } = components;
  expect(schemas[NAME]).toMatchObject({
    type: 'object',
    description: 'A job at a time.',
    required: ['spec'],
    'x-kubernetes-group-version-kind': GVK,
    properties: {
      apiVersion: { type: 'string', description: expect.stringContaining('APIVersion defines') },
      metadata: { allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }] },
      spec: {
        oneOf: [{ required: ['image'] }],
        properties: {
          image: { type: 'string', default: 'nginx', pattern: '^n' },
          note: { type: 'string', nullable: true },
          port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
          template: { required: ['kind', 'apiVersion'], properties: { kind: { type: 'string' }, spec: { type: 'object' } } },
          names: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        },
      },
    },
  });
  expect(schemas[`${NAME}s`]).toMatchObject({
    required: ['items'],
    properties: { items: { items: { $ref: `#/components/schemas/${NAME}` } } },
  });
  expect(schemas).toHaveProperty(['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta']);
  const at = '/apis/stable.example.com/v1/namespaces/{namespace}/crontabs';
  expect(paths[at]?.post).toMatchObject({ operationId: 'createStableExampleComV1NamespacedCronTab' });
  expect(paths[`${at}/{name}/status`]).toHaveProperty('put');
  const patch = paths[`${at}/{name}`]?.patch as { requestBody: { content: object } };
  expect(Object.keys(patch.requestBody.content)).not.toContain('application/strategic-merge-patch+json');
});

test('R1: version 2 says what old clients understand', async () => {
  const { definitions, paths } = read(await documents(cronTab('v1', SCHEMA)).v2()) as never as {
    definitions: Record<string, object>;
    paths: object;
  };
  expect(definitions[NAME]).toEqual({
    type: 'object',
    description: 'A job at a time.',
    required: ['spec'],
    'x-kubernetes-group-version-kind': GVK,
    properties: {
      apiVersion: expect.anything(),
      kind: expect.anything(),
      metadata: expect.objectContaining({ $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }),
      spec: {
        type: 'object',
        required: ['image'],
        properties: {
          image: { type: 'string', pattern: '^n' },
          note: {},
          port: { 'x-kubernetes-int-or-string': true },
          any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          template: expect.objectContaining({ required: ['kind', 'apiVersion'] }),
          names: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        },
      },
    },
  });
  expect(paths).toHaveProperty(['/apis/stable.example.com/v1/crontabs', 'get']);
  expect(definitions).toHaveProperty(['io.k8s.api.core.v1.Pod']);
});

test('where fields are unknown at the root, version 2 names none', async () => {
  const anything: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const { definitions } = read(await documents(cronTab('v1', anything)).v2()) as never as { definitions: Record<string, object> };
  expect(definitions[NAME]).toEqual({ type: 'object', 'x-kubernetes-group-version-kind': GVK });
});

test('a definition that changes has only the documents of its own group and version made anew', async () => {
  const [a, b] = [cronTab('v1', SCHEMA), cronTab('v1', SCHEMA, 'other.example.com')];
  const made = documents(a, b);
  const all = async () =>
    Promise.all(['apis/apps/v1', 'apis/stable.example.com/v1', 'apis/other.example.com/v1'].map((path) => made.v3(path)));
  const before = await all();
  const indexBefore = read(await made.v3Index()) as never as { paths: Record<string, { serverRelativeURL: string }> };
  made.replace([...KINDS, a, cronTab('v1', { ...SCHEMA, description: 'Another.' }, 'other.example.com')]);
  const after = await all();
  expect(after[0]).toBe(before[0]);
  expect(after[1]).toBe(before[1]);
  expect(after[2]).not.toEqual(before[2]);
  const { paths } = read(await made.v3Index()) as never as typeof indexBefore;
  expect(paths['apis/apps/v1']).toEqual(indexBefore.paths['apis/apps/v1']);
  expect(paths['apis/other.example.com/v1']).not.toEqual(indexBefore.paths['apis/other.example.com/v1']);
  made.replace([...KINDS, a]);
  expect(await made.v3('apis/other.example.com/v1')).toBeUndefined();
});

test('R1: protobuf says the same of it', async () => {
  const bytes = new TextDecoder('latin1').decode(await documents(cronTab('v1', SCHEMA)).v2Protobuf());
  expect(bytes).toContain(NAME);
  expect(bytes).toContain('A job at a time.');
});

test('R1: custom groups come after those of Kubernetes, their versions by how stable they are', () => {
  const rows = ['v1beta1', 'v2', 'v1', 'v10'].map((version) => cronTab(version, SCHEMA));
  const { items } = aggregatedDiscovery([...KINDS, ...rows, cronTab('v1', SCHEMA, 'a.example.com')], 'named') as {
    items: { metadata: { name: string }; versions: { version: string }[] }[];
  };
  expect(items.slice(-3).map(({ metadata }) => metadata.name)).toEqual(['a.example.com', 'stable.example.com', 'metrics.k8s.io']);
  expect(items.at(-2)?.versions.map(({ version }) => version)).toEqual(['v10', 'v2', 'v1', 'v1beta1']);
});

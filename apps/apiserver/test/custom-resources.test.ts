// Custom resources: what a CustomResourceDefinition brings is served like every kind.
import {
  type CustomResourceDefinition,
  CustomResourceDefinitions,
  type JSONSchemaProps,
  type KindRef,
  type KubeObject,
  Namespaces,
} from '@kubernats/api';
import { expect, test } from 'vitest';
import { pairOfFile } from './support/pair-of-file.ts';

interface Widget extends KubeObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

const { api, other } = await pairOfFile();

const SCHEMA: JSONSchemaProps = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      properties: {
        size: { type: 'integer', minimum: 1, default: 1 },
        color: { type: 'string', enum: ['red', 'blue'] },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, port: { type: 'integer' } } },
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    status: { type: 'object', properties: { size: { type: 'integer' }, selector: { type: 'string' } } },
  },
};

type Version = CustomResourceDefinition['spec']['versions'][number];

function definitionOf(group: string, version: Partial<Version> = {}, others: Version[] = []): CustomResourceDefinition {
  return {
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA }, ...version }, ...others],
    },
  };
}

const refOf = (group: string, version = 'v1'): KindRef<Widget> => ({ group, version, kind: 'Widget', plural: 'widgets', namespaced: true });

/** Waits until the kind is served. */
async function established(definition: CustomResourceDefinition): Promise<KindRef<Widget>> {
  await api.client.kind(CustomResourceDefinitions).create(definition);
  const ref = refOf(definition.spec.group);
  await expect.poll(() => api.client.kind(ref).list(), { interval: 1 }).toBeDefined();
  return ref;
}

const widget = (name: string, spec: Record<string, unknown> = {}, metadata: KubeObject['metadata'] = {}): Widget => ({
  metadata: { name, namespace: 'default', ...metadata },
  spec,
});

test('R1: a custom resource is defaulted, pruned and validated', async () => {
  const ref = await established(definitionOf('one.example.com', { subresources: { status: {} } }));
  const widgets = api.client.kind(ref);
  const made = await widgets.create({ ...widget('a', { color: 'red', unknown: 1, free: { x: { y: 1 } } }), status: { size: 5 } });
  expect(made).toMatchObject({ apiVersion: 'one.example.com/v1', kind: 'Widget', metadata: { generation: 1 } });
  expect(made.spec).toEqual({ size: 1, color: 'red', free: { x: { y: 1 } } });
  expect(made.status).toBeUndefined();
  await expect(widgets.create(widget('b', { size: 'x', color: 'green' }))).rejects.toThrow(
    'Widget.one.example.com "b" is invalid: [spec.size: Invalid value: "string": spec.size in body must be of type integer: "string", spec.color: Unsupported value: "green": supported values: "red", "blue"]',
  );
  await expect(widgets.create({ metadata: { name: 'c', namespace: 'default' } })).rejects.toThrow(
    'Widget.one.example.com "c" is invalid: spec: Required value',
  );
  await expect(widgets.create(widget('d', { unknown: 1 }), { fieldValidation: 'Strict' })).rejects.toThrow(
    'strict decoding error: unknown field "spec.unknown"',
  );
});

test('R1: spec and status are two halves; only the spec counts a generation', async () => {
  const ref = await established(definitionOf('two.example.com', { subresources: { status: {} } }));
  const widgets = api.client.kind(ref);
  const made = await widgets.create(widget('a', {}, { labels: { a: 'b' } }));
  const told = await widgets.updateStatus({ ...made, spec: { size: 9 }, metadata: { ...made.metadata, labels: {} }, status: { size: 3 } });
  expect(told).toMatchObject({ spec: { size: 1 }, status: { size: 3 }, metadata: { generation: 1, labels: { a: 'b' } } });
  const changed = await widgets.update({ ...told, spec: { size: 2 }, status: { size: 8 } });
  expect(changed).toMatchObject({ spec: { size: 2 }, status: { size: 3 }, metadata: { generation: 2 } });
  await expect(widgets.update({ ...changed, metadata: { ...changed.metadata, resourceVersion: undefined } })).rejects.toThrow(
    'metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
  );
});

test('R1: without a status subresource every change counts a generation', async () => {
  const ref = await established(definitionOf('three.example.com'));
  const widgets = api.client.kind(ref);
  const made = await widgets.create({ ...widget('a'), status: { size: 1 } });
  expect(made.status).toEqual({ size: 1 });
  const changed = await widgets.update({ ...made, status: { size: 2 } });
  expect(changed.metadata?.generation).toBe(2);
  await expect(widgets.updateStatus(changed)).rejects.toThrow('the server could not find the requested resource');
});

test('R1: server-side apply merges by the lists of the schema', async () => {
  const ref = await established(definitionOf('four.example.com'));
  const widgets = api.client.kind(ref);
  await widgets.apply(widget('a', { ports: [{ name: 'x', port: 1 }], free: { a: { b: 1 } } }), { fieldManager: 'one' });
  const merged = await widgets.apply(widget('a', { ports: [{ name: 'y', port: 2 }], free: { c: 1 } }), { fieldManager: 'two' });
  expect(merged.spec).toEqual({
    size: 1,
    ports: [
      { name: 'x', port: 1 },
      { name: 'y', port: 2 },
    ],
    free: { a: { b: 1 }, c: 1 },
  });
  expect(merged.metadata?.managedFields?.find(({ manager }) => manager === 'one')?.fieldsV1).toEqual({
    'f:spec': { 'f:free': { 'f:a': { 'f:b': {} } }, 'f:ports': { 'k:{"name":"x"}': { '.': {}, 'f:name': {}, 'f:port': {} } } },
  });
  await expect(widgets.apply(widget('a', { nothing: 1 }), { fieldManager: 'one' })).rejects.toThrow(
    '.spec.nothing: field not declared in schema',
  );
  await expect(widgets.patch('a', 'default', 'strategic', { spec: { size: 2 } })).rejects.toThrow(
    'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  );
  expect((await widgets.patch('a', 'default', 'merge', { spec: { size: 2 } })).spec?.size).toBe(2);
});

test('R1: a custom resource scales by the paths of its definition', async () => {
  const scale = { specReplicasPath: '.spec.size', statusReplicasPath: '.status.size', labelSelectorPath: '.status.selector' };
  const ref = await established(definitionOf('five.example.com', { subresources: { status: {}, scale } }));
  const widgets = api.client.kind(ref);
  const made = await widgets.create(widget('a', { size: 2 }));
  await widgets.updateStatus({ ...made, status: { size: 1, selector: 'app=a' } });
  const shown = await widgets.getScale('a', 'default');
  expect(shown).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 1, selector: 'app=a' } });
  await widgets.updateScale({ ...shown, spec: { replicas: 4 } });
  expect((await widgets.get('a', 'default')).spec?.size).toBe(4);
});

test('R1: fields that the definition names can be selected by', async () => {
  const ref = await established(definitionOf('six.example.com', { selectableFields: [{ jsonPath: '.spec.color' }] }));
  const widgets = api.client.kind(ref);
  await widgets.create(widget('a', { color: 'red' }));
  await widgets.create(widget('b', { color: 'blue' }));
  const found = await widgets.list({ fieldSelector: 'spec.color=blue' });
  expect(found.items.map(({ metadata }) => metadata?.name)).toEqual(['b']);
  await expect(widgets.list({ fieldSelector: 'spec.size=1' })).rejects.toThrow('field label not supported: spec.size');
});

test('R1: the versions of a kind show the same objects', async () => {
  const old: Version = { name: 'v1beta1', served: true, storage: false, deprecated: true, schema: { openAPIV3Schema: SCHEMA } };
  const ref = await established(definitionOf('seven.example.com', {}, [old]));
  await api.client.kind(refOf('seven.example.com', 'v1beta1')).create(widget('a', { color: 'red' }));
  expect(await api.client.kind(ref).get('a', 'default')).toMatchObject({ apiVersion: 'seven.example.com/v1', spec: { color: 'red' } });
  const { warnings } = await api.admin.request({ verb: 'list', group: 'seven.example.com', version: 'v1beta1', resource: 'widgets' });
  expect(warnings).toEqual(['seven.example.com/v1beta1 Widget is deprecated; use seven.example.com/v1 Widget']);
});

test('R1: a version shows what its own schema has, with its own defaults, whatever an object was written in', async () => {
  const spec = { type: 'object', properties: { size: { type: 'integer' }, shade: { type: 'string', default: 'light' } } };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  const ref = await established(definitionOf('narrow.example.com', {}, [{ name: 'v1beta1', served: true, storage: false, schema }]));
  await api.client.kind(ref).create(widget('a', { color: 'red', size: 2 }));
  const narrow = api.client.kind(refOf('narrow.example.com', 'v1beta1'));
  const shown = { apiVersion: 'narrow.example.com/v1beta1', spec: { size: 2, shade: 'light' } };
  expect(await narrow.get('a', 'default')).toMatchObject(shown);
  expect((await narrow.get('a', 'default')).spec).toEqual(shown.spec);
  expect((await narrow.list()).items.map((each) => each.spec)).toEqual([shown.spec]);
  expect(await api.client.kind(ref).get('a', 'default')).toMatchObject({
    apiVersion: 'narrow.example.com/v1',
    spec: { color: 'red', size: 2 },
  });
});

test('R1: both API servers serve a kind, and its objects go with its definition, those with finalizers last', async () => {
  const ref = await established(definitionOf('eight.example.com'));
  const widgets = api.client.kind(ref);
  await widgets.create(widget('a'));
  await widgets.create(widget('b', {}, { finalizers: ['example.com/hold'] }));
  await expect.poll(async () => (await other.client.kind(ref).list()).items).toHaveLength(2);
  await api.client.kind(CustomResourceDefinitions).delete('widgets.eight.example.com');
  await expect.poll(async () => (await widgets.list()).items.map(({ metadata }) => metadata?.name)).toEqual(['b']);
  const going = await api.client.kind(CustomResourceDefinitions).get('widgets.eight.example.com');
  expect(going.metadata?.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
  expect(going.status?.conditions).toContainEqual(
    expect.objectContaining({ type: 'Terminating', status: 'True', reason: 'InstanceDeletionInProgress' }),
  );
  await expect(widgets.create(widget('c'))).rejects.toThrow('create not allowed while custom resource definition is terminating');
  await widgets.patch('b', 'default', 'merge', { metadata: { finalizers: null } });
  const wordsOf = (request: Promise<unknown>): Promise<string> => request.then(JSON.stringify, ({ message }: Error) => message);
  await expect.poll(() => wordsOf(api.client.kind(CustomResourceDefinitions).get('widgets.eight.example.com'))).toContain('not found');
  await expect.poll(() => wordsOf(other.client.kind(ref).list())).toContain('the server could not find the requested resource');
});

test('R1: what was kept before the definition changed is shown as it says now', async () => {
  const ref = await established(definitionOf('late.example.com'));
  const widgets = api.client.kind(ref);
  await widgets.create(widget('a', { color: 'red', free: { x: 1 } }));
  const definitions = api.client.kind(CustomResourceDefinitions);
  const properties = { size: { type: 'integer' }, color: { type: 'string' }, shape: { type: 'string', default: 'round' } };
  const openAPIV3Schema: JSONSchemaProps = { type: 'object', properties: { spec: { type: 'object', properties } } };
  const { spec } = await definitions.get('widgets.late.example.com');
  const [old] = spec.versions;
  const versions = [
    { ...old, storage: false },
    { name: 'v2', served: true, storage: true, schema: { openAPIV3Schema } },
  ];
  await definitions.patch('widgets.late.example.com', undefined, 'merge', { spec: { versions } });
  const newer = api.client.kind(refOf('late.example.com', 'v2'));
  await expect
    .poll(async () => (await newer.list()).items)
    .toMatchObject([{ apiVersion: 'late.example.com/v2', spec: { size: 1, color: 'red', shape: 'round' } }]);
  expect((await newer.list()).items[0]?.spec).not.toHaveProperty('free');
  expect(await newer.get('a', 'default')).toMatchObject({ apiVersion: 'late.example.com/v2', spec: { shape: 'round' } });
});

test('R1: the rules of a schema are asked, also about what was before, once the object fits its schema', async () => {
  const rules = [
    { rule: 'self.size <= 5', message: 'too large' },
    { rule: 'self.size >= oldSelf.size', message: 'may only grow' },
  ];
  const spec: JSONSchemaProps = { type: 'object', properties: { size: { type: 'integer' } }, 'x-kubernetes-validations': rules };
  const ref = await established(
    definitionOf('rules.example.com', { schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }),
  );
  const widgets = api.client.kind(ref);
  await expect(widgets.create(widget('a', { size: 6 }))).rejects.toThrow(
    'Widget.rules.example.com "a" is invalid: spec: Invalid value: "object": too large',
  );
  const made = await widgets.create(widget('a', { size: 2 }));
  await expect(widgets.update({ ...made, spec: { size: 1 } })).rejects.toThrow('spec: Invalid value: "object": may only grow');
  await expect(widgets.create(widget('b', { size: 'x' }))).rejects.toThrow(
    '<nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  );
});

test('R1: a definition whose rules may cost too much is refused in Kubernetes’ words', async () => {
  const tags: JSONSchemaProps = {
    type: 'array',
    items: { type: 'string' },
    'x-kubernetes-validations': [{ rule: "self.all(tag, tag.contains('gpu'))" }],
  };
  const schema = { openAPIV3Schema: { type: 'object', properties: { tags } } };
  const definitions = api.client.kind(CustomResourceDefinitions);
  const at = 'spec.validation.openAPIV3Schema.properties[tags].x-kubernetes-validations[0].rule';
  await expect(definitions.create(definitionOf('dear.example.com', { schema }))).rejects.toThrow(
    `${at}: Forbidden: estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`,
  );
  const bounded: JSONSchemaProps = { ...tags, maxItems: 100, items: { type: 'string', maxLength: 63 } };
  await definitions.create(
    definitionOf('dear.example.com', { schema: { openAPIV3Schema: { type: 'object', properties: { tags: bounded } } } }),
  );
});

test('R1: a definition that was stored with a rule that is too dear now can be changed, as long as its schema stays', async () => {
  const tagsOf = (maxItems: number): { openAPIV3Schema: JSONSchemaProps } => ({
    openAPIV3Schema: {
      type: 'object',
      properties: {
        tags: {
          type: 'array',
          maxItems,
          items: { type: 'string', maxLength: 63 },
          'x-kubernetes-validations': [{ rule: "self.all(tag, tag.contains('gpu'))" }],
        },
      },
    },
  });
  const definitions = api.client.kind(CustomResourceDefinitions);
  const name = 'widgets.stored.example.com';
  await established(definitionOf('stored.example.com', { schema: tagsOf(100) }));
  const key = { group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions', namespace: '', name };
  const there = await api.stores.state.get(key);
  const dearer = new TextDecoder().decode(there?.value).replace('"maxItems":100', '"maxItems":1000000');
  await api.stores.state.update(key, new TextEncoder().encode(dearer), there?.revision ?? 0);
  await expect.poll(async () => (await definitions.get(name)).spec.versions[0]?.schema).toEqual(tagsOf(1_000_000));
  const stored = await definitions.get(name);
  const labelled = await definitions.update({ ...stored, metadata: { ...stored.metadata, labels: { a: 'b' } } });
  const [version] = labelled.spec.versions;
  const versions = [{ ...version, name: 'v1', served: true, storage: true, schema: tagsOf(1_000_001) }];
  await expect(definitions.update({ ...labelled, spec: { ...labelled.spec, versions } })).rejects.toThrow(
    'x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of 3.0x',
  );
});

test('R1: what is made to break a server is refused, or kept', async () => {
  const open: JSONSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const ref = await established(definitionOf('nine.example.com', { schema: { openAPIV3Schema: open } }));
  const widgets = api.client.kind(ref);
  let deep: Record<string, unknown> = {};
  for (let i = 0; i < 600; i++) deep = { a: deep };
  await expect(widgets.create(widget('deep', deep))).rejects.toThrow(/max depth|nested too deeply/);
  const made = await widgets.create(widget('proto', JSON.parse('{"__proto__":{"polluted":1},"constructor":{"a":1}}') as never));
  expect(made.spec).toEqual({ constructor: { a: 1 } });
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  const large = await widgets.create(widget('large', { text: 'x'.repeat(1_000_000) }));
  expect(JSON.stringify(large.spec?.text)).toHaveLength(1_000_002);
});

test('R1: a namespace can hold custom resources only while it lives', async () => {
  const ref = await established(definitionOf('ten.example.com'));
  await expect(api.client.kind(ref).create(widget('a', {}, { namespace: 'nowhere' }))).rejects.toThrow('namespaces "nowhere" not found');
  await api.client.kind(Namespaces).create({ metadata: { name: 'somewhere' } });
  await api.client.kind(ref).create(widget('a', {}, { namespace: 'somewhere' }));
});

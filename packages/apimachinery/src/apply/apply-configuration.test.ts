import { StatusError } from '@kubernats/errors';
import { describe, expect, test } from 'vitest';
import { deepFreeze, isJsonObject, type JsonObject } from '../json.ts';
import type { ManagedFieldsEntry } from '../managed-fields/entry.ts';
import { updateManagedFields } from '../managed-fields/update.ts';
import { configMapSchema, deploymentSchema, podSchema, serviceSchema } from '../schema.fixture.ts';
import type { ObjectSchema } from '../schema.ts';
import { applyConfiguration, type ManagedApply } from './apply-configuration.ts';

const T1 = '2026-11-24T00:00:01Z';
const T2 = '2026-11-24T00:00:02Z';

/** An object that is written again and again, as the API server does it, without defaults. */
class Live {
  object: JsonObject | undefined;
  readonly #schema: ObjectSchema;
  readonly #apiVersion: string;

  constructor(schema: ObjectSchema, apiVersion = 'v1') {
    this.#schema = schema;
    this.#apiVersion = apiVersion;
  }

  apply(manager: string, config: JsonObject, more: Partial<ManagedApply> = {}): JsonObject {
    const named = { ...config, metadata: { name: 'a', ...(config.metadata as object) } };
    const { object, managedFields } = applyConfiguration({
      live: this.object && deepFreeze(this.object),
      config: deepFreeze(named),
      manager,
      force: false,
      apiVersion: this.#apiVersion,
      time: T1,
      schema: this.#schema,
      ...more,
    });
    return this.#keep(object, managedFields);
  }

  update(manager: string, next: JsonObject): JsonObject {
    const at = { apiVersion: this.#apiVersion, time: T1, schema: this.#schema };
    return this.#keep(next, updateManagedFields({ ...at, old: this.object, next, manager, operation: 'Update' }));
  }

  #keep(object: JsonObject, managedFields: ManagedFieldsEntry[]): JsonObject {
    const { managedFields: _, ...metadata } = (object.metadata ?? {}) as JsonObject;
    // As decoding does it.
    const bare = withoutNulls({ ...object, metadata });
    this.object = { ...bare, metadata: { ...metadata, managedFields } };
    return bare;
  }

  get entries(): ManagedFieldsEntry[] {
    const { metadata = {} } = this.object ?? {};
    return ((metadata as JsonObject).managedFields ?? []) as ManagedFieldsEntry[];
  }

  fieldsOf(manager: string): unknown {
    return this.entries.find((entry) => entry.manager === manager)?.fieldsV1;
  }
}

function withoutNulls(object: JsonObject): JsonObject {
  const kept = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(kept.map(([key, value]) => [key, isJsonObject(value) ? withoutNulls(value) : value]));
}

function conflictOf(act: () => unknown): { message: string; causes: unknown } {
  try {
    act();
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'Conflict') return { message: error.message, causes: error.details?.causes };
    throw error;
  }
  throw new Error('no conflict');
}

const data = (entries: Record<string, string | null>): JsonObject => ({ data: entries });
const dataSet = (...names: string[]) => ({ 'f:data': Object.fromEntries(names.map((name) => [`f:${name}`, {}])) });

describe('of maps', () => {
  test('what is applied is owned; what is not applied any more and nobody owns is removed', () => {
    const live = new Live(configMapSchema);
    live.apply('one', { ...data({ a: '1', b: '1' }), metadata: { labels: { l: 'x' } } });
    expect(live.entries).toEqual([
      {
        manager: 'one',
        operation: 'Apply',
        apiVersion: 'v1',
        time: T1,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:a': {}, 'f:b': {} }, 'f:metadata': { 'f:labels': { 'f:l': {} } } },
      },
    ]);
    expect(live.apply('two', data({ b: '1', c: '2' }))).toMatchObject(data({ a: '1', b: '1', c: '2' }));
    expect(live.apply('one', data({ a: '1' }))).toEqual({ metadata: { name: 'a' }, ...data({ a: '1', b: '1', c: '2' }) });
    expect(live.apply('two', {})).toEqual({ metadata: { name: 'a' }, ...data({ a: '1' }) });
    expect(live.entries.map(({ manager }) => manager)).toEqual(['one']);
    expect(live.apply('one', {})).toEqual({ metadata: { name: 'a' } });
    expect(live.entries).toEqual([]);
  });

  test('what nobody owns stays, and what an updater owns too', () => {
    const live = new Live(configMapSchema);
    live.apply('one', data({ a: '1' }));
    live.update('kubectl', { metadata: { name: 'a' }, ...data({ a: '1', u: '1' }) });
    expect(live.apply('one', data({}))).toEqual({ metadata: { name: 'a' }, ...data({ u: '1' }) });
  });

  test('an apply that changes nothing keeps the time; one that owns more moves it', () => {
    const live = new Live(configMapSchema);
    live.apply('one', data({ a: '1' }));
    live.apply('one', data({ a: '1' }), { time: T2 });
    expect(live.entries[0]?.time).toBe(T1);
    const finalizers = (...names: string[]): JsonObject => ({ metadata: { finalizers: names } });
    const ordered = new Live(configMapSchema);
    ordered.apply('one', finalizers('a', 'b'));
    ordered.apply('one', finalizers('b', 'a'), { time: T2 });
    expect(ordered.entries[0]?.time).toBe(T2);
    live.apply('two', data({ b: '1' }));
    live.apply('one', data({ a: '1', b: '1' }), { time: T2 });
    expect(live.entries.map(({ manager, time }) => [manager, time])).toEqual([
      ['two', T1],
      ['one', T2],
    ]);
  });

  test('null is a value: it takes the field, from whoever owns it', () => {
    const live = new Live(podSchema);
    live.apply('one', { spec: { hostname: 'h', subdomain: 's' } });
    expect(conflictOf(() => live.apply('two', { spec: { hostname: null } })).message).toBe(
      'Apply failed with 1 conflict: conflict with "one": .spec.hostname',
    );
    expect(live.apply('two', { spec: { hostname: null } }, { force: true })).toEqual({ metadata: { name: 'a' }, spec: { subdomain: 's' } });
    expect(live.fieldsOf('two')).toEqual({ 'f:spec': { 'f:hostname': {} } });
    expect(live.fieldsOf('one')).toEqual({ 'f:spec': { 'f:subdomain': {} } });
  });

  test('an atomic map has one owner, and is replaced', () => {
    const live = new Live(serviceSchema);
    live.apply('one', { spec: { selector: { app: 'a', tier: 'b' } } });
    expect(conflictOf(() => live.apply('two', { spec: { selector: { app: 'a' } } })).causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.selector' },
    ]);
    expect(live.apply('one', { spec: { selector: { app: 'a' } } })).toMatchObject({ spec: { selector: { app: 'a' } } });
    expect(live.fieldsOf('one')).toEqual({ 'f:spec': { 'f:selector': {} } });
  });

  test('an empty map that others fill and empty again stays its owner’s', () => {
    const live = new Live(configMapSchema);
    live.apply('one', { metadata: { labels: {} } });
    live.apply('two', { metadata: { labels: { l: 'x' } } });
    expect(live.apply('two', { metadata: { labels: {} } })).toEqual({ metadata: { name: 'a' } });
    expect(live.fieldsOf('one')).toEqual({ 'f:metadata': { 'f:labels': {} } });
  });

  test('an empty map is owned, an empty list is not', () => {
    const live = new Live(podSchema);
    live.apply('one', { spec: { volumes: [], securityContext: {} }, metadata: { labels: {} } });
    expect(live.fieldsOf('one')).toEqual({ 'f:metadata': { 'f:labels': {} }, 'f:spec': { 'f:securityContext': {} } });
  });
});

describe('of lists', () => {
  const ports = (...list: JsonObject[]): JsonObject => ({ spec: { ports: list } });

  test('elements are told apart by their keys, which may have a default', () => {
    const live = new Live(serviceSchema);
    live.apply('one', ports({ port: 80, name: 'http' }));
    expect(live.fieldsOf('one')).toEqual({
      'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:name': {}, 'f:port': {} } } },
    });
    live.update('server', { metadata: { name: 'a' }, ...ports({ port: 80, name: 'http', protocol: 'TCP' }) });
    const both = live.apply('two', ports({ port: 80, protocol: 'UDP' }, { port: 80, targetPort: 'x' }));
    expect(both).toMatchObject(ports({ port: 80, protocol: 'UDP' }, { port: 80, name: 'http', protocol: 'TCP', targetPort: 'x' }));
    expect(live.apply('two', ports({ port: 80, targetPort: 'x' }))).toMatchObject(
      ports({ port: 80, name: 'http', protocol: 'TCP', targetPort: 'x' }),
    );
  });

  test('an element goes when its last owner gives it up', () => {
    const live = new Live(podSchema);
    const containers = (...list: JsonObject[]): JsonObject => ({ spec: { containers: list } });
    live.apply('one', containers({ name: 'c', image: 'i' }, { name: 'side', image: 's' }));
    live.apply('two', containers({ name: 'side', env: [{ name: 'A', value: '1' }] }));
    expect(live.apply('one', containers({ name: 'c', image: 'i' }))).toMatchObject(
      containers({ name: 'c', image: 'i' }, { name: 'side', env: [{ name: 'A', value: '1' }] }),
    );
    const kept = live.apply('two', containers()) as { spec: { containers: JsonObject[] } };
    expect(kept.spec.containers).toEqual([{ name: 'c', image: 'i' }]);
  });

  test('sets are sets, atomic lists are replaced', () => {
    const live = new Live(podSchema);
    live.apply('one', { metadata: { finalizers: ['a/a', 'b/b'] }, spec: { tolerations: [{ key: 'x' }] } });
    expect(live.apply('two', { metadata: { finalizers: ['c/c', 'b/b'] } }).metadata).toEqual({
      name: 'a',
      finalizers: ['a/a', 'c/c', 'b/b'],
    });
    expect(live.apply('one', { metadata: { finalizers: [] }, spec: { tolerations: [{ key: 'y' }] } })).toEqual({
      metadata: { name: 'a', finalizers: ['c/c', 'b/b'] },
      spec: { tolerations: [{ key: 'y' }] },
    });
    expect(live.fieldsOf('one')).toEqual({ 'f:spec': { 'f:tolerations': {} } });
  });

  test.each([
    [
      ['a', 'b', 'c'],
      ['c', 'a'],
      ['b', 'c', 'a'],
    ],
    [
      ['a', 'b', 'c'],
      ['b', 'x'],
      ['a', 'b', 'c', 'x'],
    ],
    [
      ['a', 'b'],
      ['b', 'a'],
      ['b', 'a'],
    ],
    [
      ['x', 'a', 'y'],
      ['n', 'a', 'm'],
      ['x', 'n', 'a', 'y', 'm'],
    ],
    [[], ['a', 'b'], ['a', 'b']],
    [['a'], [], ['a']],
  ])('the order of %j with %j applied is %j', (before, applied, after) => {
    const live = new Live(podSchema);
    live.update('someone', { metadata: { name: 'a', finalizers: before } });
    const { metadata } = live.apply('one', { metadata: { finalizers: applied } }) as { metadata: { finalizers?: string[] } };
    expect(metadata.finalizers).toEqual(after);
  });
});

describe('conflicts', () => {
  const deployment = (replicas: number, image: string): JsonObject => ({
    spec: { replicas, template: { spec: { containers: [{ name: 'web', image }] } } },
  });

  test('of one field with an applier, of several with several managers', () => {
    const live = new Live(deploymentSchema, 'apps/v1');
    live.apply('one', deployment(1, 'a'));
    expect(conflictOf(() => live.apply('two', { spec: { replicas: 2 } }))).toEqual({
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.replicas',
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.replicas' }],
    });
    live.update('kubectl', { metadata: { name: 'a' }, ...deployment(3, 'a') });
    expect(conflictOf(() => live.apply('two', deployment(2, 'b')))).toEqual({
      message:
        'Apply failed with 2 conflicts: conflicts with "kubectl" using apps/v1:\n- .spec.replicas\nconflicts with "one":\n' +
        '- .spec.template.spec.containers[name="web"].image',
      causes: [
        { reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using apps/v1', field: '.spec.replicas' },
        { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.template.spec.containers[name="web"].image' },
      ],
    });
  });

  test('a manager conflicts with what it set by other means; through a subresource it says so', () => {
    const live = new Live(deploymentSchema, 'apps/v1');
    live.update('same', { metadata: { name: 'a' }, ...deployment(1, 'a') });
    expect(conflictOf(() => live.apply('same', { spec: { replicas: 2 } })).message).toBe(
      'Apply failed with 1 conflict: conflict with "same" using apps/v1: .spec.replicas',
    );
    const scaled: JsonObject = { metadata: { name: 'a' }, ...deployment(4, 'a') };
    const at = { old: live.object, manager: 'hpa', apiVersion: 'apps/v1', time: T1, schema: deploymentSchema, subresource: 'scale' };
    const managedFields = updateManagedFields({ ...at, next: scaled, operation: 'Update' });
    live.object = { ...scaled, metadata: { name: 'a', managedFields } };
    expect(conflictOf(() => live.apply('same', { spec: { replicas: 2 } })).message).toBe(
      'Apply failed with 1 conflict: conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas',
    );
  });

  test('the same value is shared, not contested; by force a field moves to the one who wants it otherwise', () => {
    const live = new Live(deploymentSchema, 'apps/v1');
    live.apply('one', deployment(1, 'a'));
    live.apply('two', { spec: { replicas: 1 } });
    expect(live.fieldsOf('two')).toEqual({ 'f:spec': { 'f:replicas': {} } });
    live.apply('two', { spec: { replicas: 5 } }, { force: true });
    expect(JSON.stringify(live.fieldsOf('one'))).not.toContain('replicas');
    expect(conflictOf(() => live.apply('one', deployment(1, 'a'))).message).toContain('conflict with "two": .spec.replicas');
    expect(live.apply('two', {})).toEqual({
      metadata: { name: 'a' },
      spec: { template: { spec: { containers: [{ name: 'web', image: 'a' }] } } },
    });
  });

  test('what there was before anybody was tracked belongs to before-first-apply', () => {
    const live = new Live(configMapSchema);
    live.object = { metadata: { name: 'a' }, ...data({ a: '1', b: '1' }) };
    expect(conflictOf(() => live.apply('one', data({ a: '2' }))).message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    );
    live.apply('one', data({ a: '2' }), { force: true });
    expect(live.entries.map(({ manager, operation }) => [manager, operation])).toEqual([
      ['one', 'Apply'],
      ['before-first-apply', 'Update'],
    ]);
  });
});

describe('after client-side apply', () => {
  const ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
  const config = (a: string): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, ...data({ a }) });
  function appliedByClient(): Live {
    const live = new Live(configMapSchema);
    const annotations = { [ANNOTATION]: JSON.stringify(config('1')) };
    live.update('kubectl-client-side-apply', { ...config('1'), metadata: { name: 'a', annotations } });
    return live;
  }

  test('kubectl takes over what it had applied, and keeps the annotation in step', () => {
    const live = appliedByClient();
    const applied = live.apply('kubectl', config('2')) as { metadata: { annotations: Record<string, string> } };
    expect(applied).toMatchObject(data({ a: '2' }));
    expect(applied.metadata.annotations[ANNOTATION]).toBe(
      '{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"a"}}\n',
    );
    expect(() => appliedByClient().apply('argocd', config('2'))).toThrow('conflict with "kubectl-client-side-apply" using v1: .data.a');
  });

  test('what somebody has changed since is a conflict', () => {
    const live = appliedByClient();
    const { metadata } = live.object as { metadata: { annotations: object } };
    live.update('edit', { ...config('9'), metadata: { name: 'a', annotations: metadata.annotations } });
    expect(() => live.apply('kubectl', config('2'))).toThrow('Apply failed with 1 conflict: conflict with "edit" using v1: .data.a');
  });

  test('an annotation that is no configuration helps nobody', () => {
    for (const text of ['{', '[]', '{"apiVersion":"v2"}', '{"apiVersion":"v1","odd":1}']) {
      const live = new Live(configMapSchema);
      live.update('client', { ...config('1'), metadata: { name: 'a', annotations: { [ANNOTATION]: text } } });
      expect(() => live.apply('kubectl', config('2'))).toThrow('Apply failed');
    }
  });
});

test('managers in another version are seen, and kept, in theirs', () => {
  // The other version calls `data` `binaryData`.
  const rename = (from: string, to: string) => (object: object) => {
    const { [from]: value, ...rest } = object as JsonObject;
    return value === undefined ? rest : { ...rest, [to]: value };
  };
  const other = { schema: configMapSchema, to: rename('data', 'binaryData'), from: rename('binaryData', 'data') };
  const back = { schema: configMapSchema, to: other.from, from: other.to };
  const find = (apiVersion: string) => (apiVersion === 'v2' ? other : undefined);
  const live = new Live(configMapSchema);
  live.apply('one', data({ a: '1', b: '1' }));
  live.object = other.to(live.object ?? {}) as JsonObject;
  const inV2 = { apiVersion: 'v2', findVersion: (apiVersion: string) => (apiVersion === 'v1' ? back : undefined) };
  expect(conflictOf(() => live.apply('two', { binaryData: { a: '2' } }, inV2)).message).toContain('conflict with "one": .data.a');
  live.apply('two', { binaryData: { a: '2' } }, { ...inV2, force: true });
  expect(live.fieldsOf('one')).toEqual(dataSet('b'));
  expect(live.apply('one', { binaryData: {} }, inV2)).toEqual({ metadata: { name: 'a' }, binaryData: { a: '2' } });
  live.object = other.from(live.object) as JsonObject;
  expect(live.apply('two', {}, { findVersion: find })).toEqual({ metadata: { name: 'a' } });
});

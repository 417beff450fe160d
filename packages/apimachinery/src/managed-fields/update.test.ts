import { describe, expect, it } from 'vitest';
import { copyJson, deepFreeze, type JsonObject } from '../json.ts';
import { configMapSchema, deploymentSchema, podSchema, serviceSchema } from '../schema.fixture.ts';
import type { ObjectSchema } from '../schema.ts';
import type { ManagedFieldsEntry } from './entry.ts';
import { type ManagedUpdate, managerName, updateManagedFields } from './update.ts';

const T1 = '2026-11-24T00:00:01Z';
const T2 = '2026-11-24T00:00:02Z';

function write(old: JsonObject | undefined, next: JsonObject, more: Partial<ManagedUpdate> = {}): ManagedFieldsEntry[] {
  const update = { manager: 'kubectl', apiVersion: 'v1', time: T1, schema: podSchema, ...more };
  return updateManagedFields({ ...update, operation: 'Update', old: old && deepFreeze(old), next: deepFreeze(next) });
}

const createdSet = (object: JsonObject, schema: ObjectSchema): string => JSON.stringify(write(undefined, object, { schema })[0]?.fieldsV1);

/** An object as it is stored after a write. */
function stored(object: JsonObject, managedFields: ManagedFieldsEntry[]): JsonObject {
  const metadata = typeof object.metadata === 'object' ? object.metadata : {};
  return { ...object, metadata: { ...metadata, managedFields: copyJson(managedFields) } };
}

// The expected sets are what kube-apiserver keeps for such objects.
describe('creation', () => {
  it('of a ConfigMap: what names it or is the server’s is not tracked', () => {
    const configMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'a',
        namespace: 'b',
        uid: 'u',
        resourceVersion: '1',
        generation: 1,
        creationTimestamp: T1,
        labels: { z: '1', a: '2' },
      },
      data: { k: 'v', '': 'odd', __proto__x: 'x' },
    };
    expect(write(undefined, configMap, { schema: configMapSchema })).toEqual([
      {
        manager: 'kubectl',
        operation: 'Update',
        apiVersion: 'v1',
        time: T1,
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:data': { '.': {}, 'f:': {}, 'f:__proto__x': {}, 'f:k': {} },
          'f:metadata': { 'f:labels': { '.': {}, 'f:a': {}, 'f:z': {} } },
        },
      },
    ]);
    expect(createdSet(configMap, configMapSchema)).toBe(
      '{"f:data":{".":{},"f:":{},"f:__proto__x":{},"f:k":{}},"f:metadata":{"f:labels":{".":{},"f:a":{},"f:z":{}}}}',
    );
  });

  it('of a Pod, as kubectl run makes it', () => {
    const pod = {
      metadata: { name: 'nginx', labels: { run: 'nginx' } },
      spec: {
        containers: [{ name: 'nginx', image: 'nginx', resources: {}, ports: [{ containerPort: 80, protocol: 'TCP' }] }],
        volumes: [{ name: 'v', emptyDir: {} }],
        tolerations: [{ key: 'a' }],
        nodeSelector: { hostname: 'node1' },
        restartPolicy: 'Always',
        securityContext: {},
      },
      status: {},
    };
    const required: ObjectSchema = withRequired(podSchema, 'spec', 'containers');
    expect(JSON.parse(createdSet(pod, required))).toEqual({
      'f:metadata': { 'f:labels': { '.': {}, 'f:run': {} } },
      'f:spec': {
        'f:containers': {
          'k:{"name":"nginx"}': {
            '.': {},
            'f:image': {},
            'f:name': {},
            'f:ports': {
              '.': {},
              'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
            },
            'f:resources': {},
          },
        },
        'f:nodeSelector': {},
        'f:restartPolicy': {},
        'f:securityContext': {},
        'f:tolerations': {},
        'f:volumes': { '.': {}, 'k:{"name":"v"}': { '.': {}, 'f:emptyDir': {}, 'f:name': {} } },
      },
    });
  });

  it('of a Deployment: embedded structs are not members, pointers are, atomic maps are leaves', () => {
    const deployment = {
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'a' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { restartPolicy: 'Always' } },
      },
    };
    expect(JSON.parse(createdSet(deployment, deploymentSchema))).toEqual({
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} }, 'f:type': {} },
        'f:template': { 'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } }, 'f:spec': { 'f:restartPolicy': {} } },
      },
    });
  });

  it('of lists: sets by value, keyed lists by key, numbers in their order', () => {
    const service = {
      metadata: { finalizers: ['b/b', 'a/a'] },
      spec: {
        ports: [
          { port: 443, protocol: 'TCP' },
          { port: 80, protocol: 'TCP' },
          { port: 80, protocol: 'UDP' },
        ],
      },
    };
    const keys = /"(?:k|v):(?:[^"\\]|\\.)*"/g;
    expect(
      createdSet(service, serviceSchema)
        .match(keys)
        ?.map((key) => JSON.parse(key)),
    ).toEqual([
      'v:"a/a"',
      'v:"b/b"',
      'k:{"port":80,"protocol":"TCP"}',
      'k:{"port":80,"protocol":"UDP"}',
      'k:{"port":443,"protocol":"TCP"}',
    ]);
  });

  it('of what the schema does not know, and with nulls', () => {
    expect(JSON.parse(createdSet({ spec: { unknown: { a: [1], b: { c: null } }, hostname: null } }, podSchema))).toEqual({
      'f:spec': { 'f:unknown': { '.': {}, 'f:a': {}, 'f:b': {} } },
    });
  });

  it('leaves out what the request may not set', () => {
    const pod = { spec: { hostname: 'h' }, status: { phase: 'Pending' } };
    expect(write(undefined, pod, { ignore: ['status'] })[0]?.fieldsV1).toEqual({ 'f:spec': { 'f:hostname': {} } });
    expect(write(undefined, {}, {})).toEqual([]);
  });

  it('is safe with fields that are named like inherited ones', () => {
    const object: JsonObject = JSON.parse('{"data":{"__proto__":"x","constructor":"y"},"__proto__":{"a":1},"toString":1}');
    expect(createdSet(object, configMapSchema)).toBe(
      '{"f:__proto__":{".":{},"f:a":{}},"f:data":{".":{},"f:__proto__":{},"f:constructor":{}},"f:toString":{}}',
    );
  });
});

function withRequired(schema: ObjectSchema, ...path: string[]): ObjectSchema {
  const [name = '', ...rest] = path;
  const field = schema.fields.get(name) ?? { type: 'any' };
  const changed =
    rest.length === 0 ? { ...field, required: true } : { ...field, object: field.object && withRequired(field.object, ...rest) };
  return { ...schema, fields: new Map([...schema.fields, [name, changed]]) };
}

describe('update', () => {
  const pod = { metadata: { labels: { a: '1', b: '2' } }, spec: { hostname: 'h', containers: [{ name: 'c', image: 'i' }] } };
  const created = stored(pod, write(undefined, pod));

  it('without a change returns the very list it found', () => {
    const same = copyJson(pod);
    const entries = (created.metadata as { managedFields: unknown }).managedFields;
    expect(write(created, same, { manager: 'other', time: T2 })).toBe(entries);
  });

  it('gives changed and added fields to the writer, and takes them from the others', () => {
    const next = copyJson(pod);
    Object.assign(next.metadata.labels, { b: '3', c: '4' });
    Object.assign(next.spec.containers[0] ?? {}, { image: 'j' });
    expect(
      write(created, next, { manager: 'other', time: T2 }).map(({ manager, time, fieldsV1 }) => ({ manager, time, fieldsV1 })),
    ).toEqual([
      {
        manager: 'kubectl',
        time: T1,
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } },
          'f:spec': { 'f:containers': { '.': {}, 'k:{"name":"c"}': { '.': {}, 'f:name': {} } }, 'f:hostname': {} },
        },
      },
      {
        manager: 'other',
        time: T2,
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:b': {}, 'f:c': {} } },
          'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:image': {} } } },
        },
      },
    ]);
  });

  it('takes removed fields out of every set; a manager without fields is gone', () => {
    const next = { metadata: {}, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const [entry] = write(created, next, { manager: 'other', time: T2 });
    expect(entry).toMatchObject({ manager: 'kubectl', time: T1 });
    expect(entry?.fieldsV1).toEqual({
      'f:spec': { 'f:containers': { '.': {}, 'k:{"name":"c"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
    });
    expect(write(created, { metadata: {}, spec: {} }, { manager: 'other' })).toEqual([]);
  });

  it('by the same manager adds to its entry and moves its time', () => {
    const next = copyJson(pod);
    next.spec.containers.push({ name: 'd', image: 'k' });
    const entries = write(created, next, { time: T2 });
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ time: T2 });
    expect(entries[0]?.fieldsV1?.['f:spec']?.['f:containers']).toHaveProperty(['k:{"name":"d"}', 'f:image']);
  });

  it('of a value that the writer owns already keeps the set as it is', () => {
    const next = copyJson(pod);
    next.spec.hostname = 'x';
    const [before] = (created.metadata as { managedFields: ManagedFieldsEntry[] }).managedFields;
    const [after] = write(created, next, { time: T2 });
    expect(after?.fieldsV1).toBe(before?.fieldsV1);
    expect(after?.time).toBe(T2);
  });

  it('keeps an entry for each subresource', () => {
    const next = { ...copyJson(pod), status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } };
    const entries = write(created, next, { manager: 'kubelet', subresource: 'status', time: T2, ignore: ['spec'] });
    expect(entries.map(({ manager, subresource }) => [manager, subresource])).toEqual([
      ['kubectl', undefined],
      ['kubelet', 'status'],
    ]);
    expect(JSON.stringify(entries[1])).toBe(
      `{"manager":"kubelet","operation":"Update","apiVersion":"v1","time":"${T2}","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{".":{},"k:{\\"type\\":\\"Ready\\"}":{".":{},"f:status":{},"f:type":{}}},"f:phase":{}}},"subresource":"status"}`,
    );
  });

  it('of one element does not touch its neighbours', () => {
    const two = {
      spec: {
        containers: [
          { name: 'a', image: '1' },
          { name: 'b', image: '1' },
        ],
      },
    };
    const next = {
      spec: {
        containers: [
          { name: 'b', image: '2' },
          { name: 'a', image: '1' },
        ],
      },
    };
    const entries = write(stored(two, write(undefined, two)), next, { manager: 'other', time: T2 });
    expect(entries[1]?.fieldsV1).toEqual({ 'f:spec': { 'f:containers': { 'k:{"name":"b"}': { 'f:image': {} } } } });
  });

  it('of finalizers tracks each', () => {
    const two = { metadata: { finalizers: ['a/a', 'b/b'] } };
    const next = { metadata: { finalizers: ['c/c', 'a/a'] } };
    const entries = write(stored(two, write(undefined, two)), next, { manager: 'other', time: T2 });
    expect(entries.map(({ fieldsV1 }) => fieldsV1)).toEqual([
      { 'f:metadata': { 'f:finalizers': { '.': {}, 'v:"a/a"': {} } } },
      { 'f:metadata': { 'f:finalizers': { 'v:"c/c"': {} } } },
    ]);
  });

  it('takes fields from appliers too, and lists them first', () => {
    const applied: ManagedFieldsEntry[] = [
      {
        manager: 'z',
        operation: 'Apply',
        apiVersion: 'v1',
        time: T2,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:hostname': {}, 'f:subdomain': {} } },
      },
    ];
    const entries = write(stored({ spec: { hostname: 'a', subdomain: 'b' } }, applied), { spec: { hostname: 'c', subdomain: 'b' } });
    expect(entries.map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1])).toEqual([
      ['z', 'Apply', { 'f:spec': { 'f:subdomain': {} } }],
      ['kubectl', 'Update', { 'f:spec': { 'f:hostname': {} } }],
    ]);
  });

  it('may bring managedFields of its own, reset them, and cannot break them', () => {
    const brought: ManagedFieldsEntry[] = [
      {
        manager: 'mine',
        operation: 'Update',
        apiVersion: 'v1',
        time: T1,
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:hostname': {} } },
      },
    ];
    expect(write(created, stored(pod, brought))).toEqual(brought);
    expect(write(created, { ...pod, metadata: { ...pod.metadata, managedFields: [{}] } })).toEqual([]);
    const kept = (created.metadata as { managedFields: ManagedFieldsEntry[] }).managedFields;
    for (const bad of [
      [],
      'x',
      [1],
      [{ operation: 'Odd' }],
      [{ ...brought[0], fieldsV1: { odd: {} } }],
      [{ ...brought[0], fieldsV1: 1 }],
    ]) {
      expect(write(created, { ...pod, metadata: { ...pod.metadata, managedFields: bad } })).toBe(kept);
    }
    expect(write(created, stored(pod, brought), { subresource: 'status' })).toBe(kept);
  });

  it('looks at managers of another version in theirs, and forgets those of a version that is no more', () => {
    const renamed = (from: string, to: string) => (object: object) => {
      const { [from]: value, ...rest } = object as JsonObject;
      return value === undefined ? rest : { ...rest, [to]: value };
    };
    const v2 = { schema: configMapSchema, to: renamed('data', 'binaryData'), from: renamed('binaryData', 'data') };
    const entry = (manager: string, apiVersion: string): ManagedFieldsEntry => ({
      manager,
      operation: 'Update',
      apiVersion,
      time: T1,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:binaryData': { 'f:a': {}, 'f:b': {} } },
    });
    const old = stored({ data: { a: '1', b: '1' } }, [entry('newer', 'v2'), entry('gone', 'v3')]);
    const findVersion = (apiVersion: string) => (apiVersion === 'v2' ? v2 : undefined);
    const entries = write(old, { metadata: {}, data: { a: '2', b: '1' } }, { schema: configMapSchema, findVersion });
    expect(entries.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
      ['kubectl', { 'f:data': { 'f:a': {} } }],
      ['newer', { 'f:binaryData': { 'f:b': {} } }],
    ]);
  });

  it('of what nobody has tracked tracks nothing', () => {
    expect(write(stored(pod, []), { ...pod, spec: { hostname: 'other' } })).toEqual([]);
  });

  it('joins the oldest of more than ten updaters', () => {
    const applied: ManagedFieldsEntry = {
      manager: 'z',
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsV1: { 'f:spec': { 'f:hostname': {} } },
    };
    let object: JsonObject = stored(pod, [applied]);
    for (let i = 0; i < 13; i++) {
      const labels = { ...(object.metadata as { labels: object }).labels, [`l${i}`]: 'x' };
      const next = { ...object, metadata: { ...(object.metadata as object), labels } };
      const time = `2026-11-24T00:00:${String(10 + i)}Z`;
      object = stored(next, write(object, next, { manager: `m${i}`, time }));
    }
    const [first, ...entries] = (object.metadata as { managedFields: ManagedFieldsEntry[] }).managedFields;
    expect(first).toEqual(applied);
    expect(entries).toHaveLength(10);
    expect(entries[0]).toMatchObject({ manager: 'ancient-changes', time: '2026-11-24T00:00:13Z' });
    expect(entries[0]?.fieldsV1).toEqual({ 'f:metadata': { 'f:labels': { 'f:l0': {}, 'f:l1': {}, 'f:l2': {}, 'f:l3': {} } } });
  });

  it('refuses endless nesting instead of overflowing the stack', () => {
    let deep: JsonObject = {};
    for (let i = 0; i < 100_000; i++) deep = { a: deep };
    const entries = write(created, pod, {});
    const update = { manager: 'm', apiVersion: 'v1', time: T1, schema: podSchema, operation: 'Update' as const };
    const tooDeep: JsonObject = { spec: deep };
    expect(() => updateManagedFields({ ...update, old: undefined, next: tooDeep })).toThrow('nested too deeply');
    const brought = [{ ...entries[0], fieldsV1: { 'f:a': deep } }];
    expect(
      updateManagedFields({ ...update, old: created, next: { ...pod, metadata: { ...pod.metadata, managedFields: brought } } }),
    ).toEqual(entries);
  });
});

it.each([
  ['me', 'kubectl/v1.36', 'me'],
  ['', 'kubectl/v1.36 (linux)', 'kubectl'],
  [undefined, 'a\u0000b/1', 'a'],
  [undefined, 'x'.repeat(200), 'x'.repeat(128)],
  [undefined, undefined, ''],
])('the manager of %s and %s', (fieldManager, userAgent, name) => expect(managerName(fieldManager, userAgent)).toBe(name));

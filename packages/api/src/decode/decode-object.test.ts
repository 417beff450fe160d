import { StatusError } from '@kubernats/errors';
import { describe, expect, test } from 'vitest';
import { bytes, decode, rowOf } from '../../test/harness.ts';
import { decodeObject, decodeValue, decodeYaml } from './decode-object.ts';
import { DELETE_OPTIONS, SCALE } from './target.ts';

const pods = rowOf('pods');
const configMaps = rowOf('configmaps');
const pod = (spec: object): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec });

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'BadRequest') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('bodies that cannot be read', () => {
  const unread = (why: string): string =>
    `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: ${why}`;
  const struct = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  test.each([
    ['', unread('unexpected end of JSON input (<empty>)')],
    ['{', unread('unexpected end of JSON input ({)')],
    ['{x', unread("invalid character 'x' looking for beginning of object key string ({x)")],
    ['{"a":1,}', unread(`invalid character '}' looking for beginning of object key string ({"a":1,})`)],
    ['{"a" 1}', unread(`invalid character '1' after object key ({"a" 1})`)],
    ['{"a":1 "b"}', unread(`invalid character '"' after object key:value pair ({"a":1 "b"})`)],
    ['{"a":[1 2]}', unread(`invalid character '2' after array element ({"a":[1 2]})`)],
    ['{"a":tru}', unread(`invalid character '}' in literal true (expecting 'e') ({"a":tru})`)],
    ['{"a":1}x', unread(`invalid character 'x' after top-level value ({"a":1}x)`)],
    ['apiVersion: v1', unread("invalid character 'a' looking for beginning of value (61706956657273696f6e3a207631)")],
    ['[]', unread(`json: cannot unmarshal array into Go value of type ${struct} (5b5d)`)],
    ['5', unread(`json: cannot unmarshal number into Go value of type ${struct} (35)`)],
    ['{"kind":5}', unread('json: cannot unmarshal number into Go struct field .kind of type string ({"kind":5})')],
    [
      '{"apiVersion":"a/b/c"}',
      'the object provided is unrecognized (must be of type Pod): unexpected GroupVersion string: a/b/c ({"apiVersion":"a/b/c"})',
    ],
  ])('%s', (body, message) => {
    expect(refusal(() => decodeObject(pods, bytes(body)))).toBe(message);
  });

  test('a long body is shown by its beginning', () => {
    expect(refusal(() => decodeObject(pods, bytes(`{"a":"${'x'.repeat(100)}`)))).toMatch(/\(\{"a":"x{24} \.\.\.\)$/);
  });
});

describe('kinds and versions', () => {
  test.each([
    [
      { kind: 'Service', apiVersion: 'v1' },
      'Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown conversion',
    ],
    [
      { kind: 'Pod', apiVersion: 'v2' },
      'Pod in version "v2" cannot be handled as a Pod: no kind "Pod" is registered for version "v2" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      { kind: 'Foo', apiVersion: 'v1' },
      'Foo in version "v1" cannot be handled as a Pod: no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
  ])('%j as a Pod', (body, message) => {
    expect(refusal(() => decode(pods, body))).toBe(message);
  });

  test('the same kind in another group', () => {
    expect(refusal(() => decode(rowOf('events'), { kind: 'Event', apiVersion: 'events.k8s.io/v1' }))).toBe(
      'the API version in the data (events.k8s.io/v1) does not match the expected API version (v1)',
    );
  });

  test('what the body leaves out is what the path says', () => {
    expect(decode(pods, { metadata: { name: 'a' } }).object).toEqual({ metadata: { name: 'a' }, kind: 'Pod', apiVersion: 'v1' });
    expect(decode(pods, 'null').object).toEqual({ kind: 'Pod', apiVersion: 'v1' });
  });

  test('DeleteOptions come in any version', () => {
    expect(decodeObject(DELETE_OPTIONS, bytes({ kind: 'DeleteOptions', apiVersion: 'apps/v1', gracePeriodSeconds: 0 })).object).toEqual({
      kind: 'DeleteOptions',
      apiVersion: 'apps/v1',
      gracePeriodSeconds: 0,
    });
  });
});

describe('types', () => {
  const wrong = (why: string): string => `Pod in version "v1" cannot be handled as a Pod: ${why}`;
  test.each([
    [pod({ containers: 'x' }), 'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container'],
    [
      pod({ containers: [{ name: 5 }] }),
      'json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string',
    ],
    [pod({ containers: [5] }), 'json: cannot unmarshal number into Go struct field PodSpec.spec.containers of type v1.Container'],
    [{ metadata: { labels: { a: true } } }, 'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string'],
    [{ spec: [] }, 'json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec'],
    [pod({ hostNetwork: 'yes' }), 'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool'],
    [
      pod({ terminationGracePeriodSeconds: 2 ** 53 }),
      'json: cannot unmarshal number 9007199254740992 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
    ],
    [pod({ priority: 3_000_000_000 }), 'json: cannot unmarshal number 3000000000 into Go struct field PodSpec.spec.priority of type int32'],
    [
      pod({ activeDeadlineSeconds: 1.5 }),
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64',
    ],
    [
      { metadata: { creationTimestamp: 'yesterday' } },
      'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    ],
    [{ metadata: { creationTimestamp: '2026-13-01T00:00:00Z' } }, 'parsing time "2026-13-01T00:00:00Z": month out of range'],
    [
      pod({ containers: [{ name: 'a', resources: { limits: { cpu: 'lots' } } }] }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
  ])('%j', (body, message) => {
    expect(refusal(() => decode(pods, body))).toBe(wrong(message));
  });

  test('Secrets must be base64', () => {
    expect(refusal(() => decode(rowOf('secrets'), { data: { a: 'no!' } }))).toBe(
      'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 2',
    );
  });

  test('quantities and times are brought to their canonical form', () => {
    const { object } = decode(pods, {
      metadata: { creationTimestamp: '2026-11-24T02:00:00.5+02:00' },
      spec: { containers: [{ name: 'a', resources: { limits: { cpu: 1, memory: '1024Mi' }, requests: { cpu: '0.5' } } }] },
    });
    expect(object).toMatchObject({
      metadata: { creationTimestamp: '2026-11-24T00:00:00Z' },
      spec: { containers: [{ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } }] },
    });
  });

  test('micro times have six decimals', () => {
    expect(decode(rowOf('leases', 'coordination.k8s.io'), { spec: { renewTime: '2026-11-24T00:00:00.12Z' } }).object).toMatchObject({
      spec: { renewTime: '2026-11-24T00:00:00.120000Z' },
    });
  });

  test('a port is a number or a text, and nothing else', () => {
    const service = (targetPort: unknown): object => ({ spec: { ports: [{ port: 80, targetPort }] } });
    expect(decode(rowOf('services'), service('http')).object).toMatchObject(service('http'));
    expect(refusal(() => decode(rowOf('services'), service(true)))).toContain(
      'cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32',
    );
  });
});

describe('nulls', () => {
  test('null means absent; inside lists and maps it is the empty value', () => {
    expect(decode(configMaps, { metadata: { name: 'a', creationTimestamp: null }, data: { a: null, b: 'c' } }).object).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'a' },
      data: { a: '', b: 'c' },
    });
  });
});

describe('unknown and duplicate fields', () => {
  const body =
    '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","labels":{"x":"1","x":"2"}},"spec":{"foo":{"deep":1},"containers":[{"name":"a","bar":1}]}}';
  const found = ['unknown field "spec.foo"', 'unknown field "spec.containers[0].bar"', 'duplicate field "metadata.labels.x"'];

  test('Warn names them and drops them; the last duplicate wins', () => {
    const { object, warnings } = decodeObject(pods, bytes(body));
    expect(warnings).toEqual(found);
    expect(object).toEqual({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'a', labels: { x: '2' } },
      spec: { containers: [{ name: 'a' }] },
    });
  });

  test('Ignore drops them in silence', () => {
    expect(decodeObject(pods, bytes(body), { fieldValidation: 'Ignore' }).warnings).toEqual([]);
  });

  test('Strict refuses them', () => {
    expect(refusal(() => decodeObject(pods, bytes(body), { fieldValidation: 'Strict' }))).toBe(
      `Pod in version "v1" cannot be handled as a Pod: strict decoding error: ${found.join(', ')}`,
    );
  });

  test('colons and braces inside texts are no keys', () => {
    const tricky = { metadata: { name: 'a' }, data: { a: '{"a":1,"a":2}', 'b:c': '\\":', c: '"\\\\"' } };
    expect(decode(configMaps, tricky, 'Strict').object).toMatchObject(tricky);
  });

  test('keys inside managedFields count as well', () => {
    const managed = { metadata: { name: 'a', managedFields: [{ fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } } }] } };
    expect(decode(configMaps, managed, 'Strict').warnings).toEqual([]);
  });
});

describe('harmful input', () => {
  test('__proto__ is a field nobody knows', () => {
    const { object, warnings } = decodeObject(
      configMaps,
      bytes('{"__proto__":{"polluted":1},"data":{"__proto__":"x","a":"b"},"metadata":{"name":"a"}}'),
    );
    expect(warnings).toEqual(['unknown field "__proto__"', 'unknown field "data.__proto__"']);
    expect(Object.keys(object)).toEqual(['data', 'metadata', 'kind', 'apiVersion']);
    expect(Object.hasOwn({}, 'polluted')).toBe(false);
    expect(object).toMatchObject({ data: { a: 'b' } });
  });

  test.each([['{"x":'], ['{"metadata":{"managedFields":[{"fieldsV1":']])('deep nesting in %s is refused', (start) => {
    const opened = '{"a":'.repeat(20_000);
    const body = `${start}${opened}1${'}'.repeat(20_000)}${start.includes('metadata') ? '}]}}' : '}'}`;
    expect(refusal(() => decodeObject(configMaps, bytes(body)))).toContain('exceeded max depth');
  });
});

describe('other ways in', () => {
  test('a patched value is copied', () => {
    const frozen = Object.freeze({ kind: 'ConfigMap', apiVersion: 'v1', metadata: Object.freeze({ name: 'a' }) });
    const { object } = decodeValue(configMaps, frozen);
    (object.metadata ??= {}).name = 'b';
    expect(frozen.metadata.name).toBe('a');
  });

  test('YAML', async () => {
    const { object } = await decodeYaml(
      configMaps,
      bytes('kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata:\n  a: |\n    one\n    two\n'),
    );
    expect(object).toEqual({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { a: 'one\ntwo\n' } });
  });

  test('YAML with a key twice', async () => {
    const body = bytes('metadata: {name: a}\ndata:\n  a: x\n  a: y\n');
    const { object, warnings } = await decodeYaml(configMaps, body);
    expect(object).toMatchObject({ data: { a: 'y' } });
    expect(warnings).toEqual(['error converting YAML to JSON: yaml: unmarshal errors:\n  line 4: key "a" already set in map']);
    await expect(decodeYaml(configMaps, body, { fieldValidation: 'Strict' })).rejects.toThrow('strict decoding error');
  });

  test('R1: of several YAML documents the first counts', async () => {
    const { object } = await decodeYaml(configMaps, bytes('metadata: {name: a}\n---\nmetadata: {name: b}\n'));
    expect(object.metadata).toEqual({ name: 'a' });
    await expect(decodeYaml(configMaps, bytes('a: [b\n---\nc: d\n'))).rejects.toThrow('the object provided is unrecognized');
  });

  test('YAML that is none', async () => {
    await expect(decodeYaml(configMaps, bytes('a: [b'))).rejects.toThrow('the object provided is unrecognized (must be of type ConfigMap)');
  });

  test('Scale', () => {
    const { object } = decodeObject(
      SCALE,
      bytes({ kind: 'Scale', apiVersion: 'autoscaling/v1', metadata: { name: 'a' }, spec: { replicas: 3 } }),
    );
    expect(object).toMatchObject({ spec: { replicas: 3 } });
  });
});

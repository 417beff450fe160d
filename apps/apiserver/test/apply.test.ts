import { type ConfigMap, ConfigMaps, type Deployment, type KubeObject, type Pod, type Scale, type Service } from '@kubernats/api';
import { expect, test } from 'vitest';
import { clusterOfFile, configMap, deployment, pod } from './support/cluster-of-file.ts';

const { door, namespace, as } = await clusterOfFile();
const { admin } = door;

const APPLY = { 'content-type': 'application/apply-patch+yaml' };
/** Applies as the manager `one`, unless the query names another. */
const apply = (path: string, body: object | string, query = '') => {
  const whole = query.includes('fieldManager=') ? query : `fieldManager=one${query === '' ? '' : '&'}${query}`;
  return admin.send('PATCH', `${path}?${whole}`, { body, headers: APPLY });
};

interface Entry {
  manager: string;
  operation: string;
  apiVersion: string;
  subresource?: string;
  time: string;
  fieldsV1: object;
}
const entriesOf = (object: KubeObject) => (object.metadata?.managedFields ?? []) as Entry[];
/** In the order of their names: entries come in that of their times. */
const managersOf = (object: KubeObject) =>
  entriesOf(object)
    .map(({ manager, operation, subresource = '' }) => [manager, operation, subresource])
    .sort();
const fieldsOf = (object: KubeObject, manager: string) => entriesOf(object).find((entry) => entry.manager === manager)?.fieldsV1;

test('an apply creates what is not there, changes it, and removes what it does not say any more', async () => {
  const { at } = await namespace();
  const path = `${at}/configmaps/a`;
  const created = await apply(path, configMap('a', { x: '1', y: '1' }, { labels: { l: '1' } }));
  expect([created.code, created.json<ConfigMap>().data]).toEqual([201, { x: '1', y: '1' }]);
  expect(entriesOf(created.json())).toEqual([
    {
      manager: 'one',
      operation: 'Apply',
      apiVersion: 'v1',
      time: expect.stringMatching(/Z$/),
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:x': {}, 'f:y': {} }, 'f:metadata': { 'f:labels': { 'f:l': {} } } },
    },
  ]);
  const changed = await apply(path, configMap('a', { x: '2' }));
  expect([changed.code, changed.json<ConfigMap>().data, changed.json().metadata?.labels]).toEqual([200, { x: '2' }, undefined]);
});

test('an apply of the same is not written: the version, and the time of the entry, stay', async () => {
  const { ns } = await namespace();
  const path = `/apis/apps/v1/namespaces/${ns}/deployments/web`;
  const first = (await apply(path, deployment('web'))).json();
  const again = await apply(path, deployment('web'));
  expect([again.code, again.json()]).toEqual([200, first]);
  // The same in other words: what is kept is a canonical quantity.
  const limits = (cpu: string) => {
    const wanted = deployment('web');
    Object.assign(wanted.spec.template.spec.containers[0] ?? {}, { resources: { limits: { cpu } } });
    return wanted;
  };
  const limited = (await apply(path, limits('1000m'))).json();
  expect((await apply(path, limits('1000m'))).json()).toEqual(limited);
});

test('YAML is as good as JSON', async () => {
  const { at } = await namespace();
  const yaml = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector: { app: web }\n  ports:\n    - port: 80\n';
  const made = (await apply(`${at}/services/web`, yaml)).json<Service>();
  expect(made.spec?.ports).toEqual([{ port: 80, protocol: 'TCP', targetPort: 80 }]);
  expect(fieldsOf(made, 'one')).toEqual({
    'f:spec': { 'f:ports': { 'k:{"port":80,"protocol":"TCP"}': { '.': {}, 'f:port': {} } }, 'f:selector': {} },
  });
  // What the server gave it is nobody's, and stays.
  const { clusterIP } = made.spec ?? {};
  const changed = (await apply(`${at}/services/web`, yaml.replace('80', '81'))).json<Service>();
  expect(changed.spec).toMatchObject({ clusterIP, ports: [{ port: 81, protocol: 'TCP', targetPort: 81 }] });
});

test('what is only written, such as stringData, is applied again without a change', async () => {
  const { at } = await namespace();
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { password: 'x' } };
  const made = (await apply(`${at}/secrets/s`, secret)).json();
  expect(made).toMatchObject({ data: { password: 'eA==' } });
  expect(fieldsOf(made, 'one')).toEqual({ 'f:stringData': { 'f:password': {} } });
  expect((await apply(`${at}/secrets/s`, secret)).json()).toEqual(made);
});

test('a conflict names managers and fields; force takes the field', async () => {
  const { ns } = await namespace();
  const path = `/apis/apps/v1/namespaces/${ns}/deployments/web`;
  await apply(path, deployment('web', 1));
  await admin.patch(`${path}?fieldManager=kubectl`, { spec: { replicas: 3 } });
  const wanted = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2 } };
  const refused = await apply(path, wanted, 'fieldManager=two');
  expect(refused.status()).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'Apply failed with 1 conflict: conflict with "kubectl" using apps/v1: .spec.replicas',
    reason: 'Conflict',
    details: {
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "kubectl" using apps/v1', field: '.spec.replicas' }],
    },
    code: 409,
  });
  const dry = await apply(path, wanted, 'fieldManager=two&force=true&dryRun=All');
  expect([dry.code, dry.json<Deployment>().spec?.replicas]).toEqual([200, 2]);
  expect((await admin.get(path)).json<Deployment>().spec?.replicas).toBe(3);
  const forced = (await apply(path, wanted, 'fieldManager=two&force=true')).json<Deployment>();
  expect(forced.spec?.replicas).toBe(2);
  expect(managersOf(forced)).toEqual([
    ['one', 'Apply', ''],
    ['two', 'Apply', ''],
  ]);
  // Given up by its only owner, it gets its default again.
  const { replicas: _, ...rest } = wanted.spec;
  expect((await apply(path, { ...wanted, spec: rest }, 'fieldManager=two')).json<Deployment>().spec?.replicas).toBe(1);
});

test.each([
  [
    'no manager',
    '',
    'fieldManager=',
    422,
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  ],
  ['a manager of 129 letters', '', `fieldManager=${'x'.repeat(129)}`, 422, 'fieldManager: Too long: may not be more than 128 bytes'],
  ['an unprintable manager', '', 'fieldManager=a%00', 422, 'invalid character U+0000 (at position 1)'],
  ['a bad fieldValidation', '{}', 'fieldValidation=Odd', 422, 'fieldValidation: Unsupported value: "Odd"'],
  ['a bad dryRun', configMap('a'), 'dryRun=Some', 422, 'dryRun: Unsupported value'],
  ['nothing', '', '', 400, 'invalid object type: /, Kind='],
  ['no YAML', 'a: [', '', 400, 'error decoding YAML: error converting YAML to JSON: yaml: '],
  ['a list', '- a', '', 400, 'cannot unmarshal array into Go value of type map[string]interface {}'],
  ['another kind', { apiVersion: 'v1', kind: 'Secret' }, '', 400, 'invalid object type: /v1, Kind=Secret'],
  ['another version', { apiVersion: 'apps/v1', kind: 'ConfigMap' }, '', 400, 'invalid object type: apps/v1, Kind=ConfigMap'],
  ['managedFields', configMap('a', {}, { managedFields: [] }), '', 400, 'metadata.managedFields must be nil'],
  ['another name', configMap('b'), '', 400, 'the name of the object (b) does not match the name on the URL (a)'],
  [
    'no name',
    { apiVersion: 'v1', kind: 'ConfigMap' },
    '',
    400,
    'the name of the object (a based on URL) was undeterminable: name must be provided',
  ],
  [
    'another namespace',
    configMap('a', {}, { namespace: 'x' }),
    '',
    400,
    'the namespace of the object (x) does not match the namespace on the request',
  ],
  [
    'an unknown field',
    { ...configMap('a', {}, { namespace: 'n' }), odd: 1 },
    '',
    400,
    'failed to create typed patch object (n/a; /v1, Kind=ConfigMap): .odd: field not declared in schema',
  ],
  [
    'wrong types',
    { ...configMap('a'), data: { x: 1 }, immutable: 'yes' },
    '',
    400,
    'failed to create typed patch object (/a; /v1, Kind=ConfigMap): errors:\n  .data.x: expected string, got &value.valueUnstructured{Value:1}\n  .immutable: expected boolean, got &{yes}',
  ],
  [
    'a uid',
    configMap('a', {}, { uid: 'u' }),
    '',
    409,
    'uid mismatch: the provided object specified uid u, and no existing object was found',
  ],
  ['a bad name of data', configMap('a', { '/': 'x' }), '', 422, 'data[/]: Invalid value'],
])('a configuration with %s is refused', async (_, body, query, code, message) => {
  const { at } = await namespace();
  const answer = await apply(`${at}/configmaps/a`, body, query);
  expect(answer.status()).toMatchObject({ status: 'Failure', code, message: expect.stringContaining(message) });
  expect((await admin.get(`${at}/configmaps/a`)).code).toBe(404);
});

test('force is for an apply only', async () => {
  const { at } = await namespace();
  await admin.post(`${at}/configmaps`, configMap('a'));
  expect((await admin.patch(`${at}/configmaps/a?force=true`, {})).status()).toMatchObject({
    code: 422,
    message: 'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
  });
});

test('keys that come twice: fieldValidation decides; elements that come twice never pass', async () => {
  const { at } = await namespace();
  const twice = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: "1"\n  x: "2"\n';
  const warned = await apply(`${at}/configmaps/a`, twice);
  expect([warned.code, warned.json<ConfigMap>().data]).toEqual([201, { x: '2' }]);
  expect(warned.headers.warning).toContain('line 6: key \\"x\\" already set in map');
  expect((await apply(`${at}/configmaps/b`, twice.replace('name: a', 'name: b'), 'fieldValidation=Strict')).status()).toMatchObject({
    code: 400,
    message: 'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key "x" already set in map',
  });
  expect((await apply(`${at}/configmaps/a`, twice, 'fieldValidation=Ignore')).headers.warning).toBeUndefined();
  expect(
    (await apply(`${at}/configmaps/a`, '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"x":"1","x":"2"}}')).headers
      .warning,
  ).toContain('already set');
  const env = [{ name: 'A' }, { name: 'A' }];
  const containers = [{ name: 'c', image: 'i', env }];
  expect((await apply(`${at}/pods/p`, pod('p', { containers }))).status().message).toContain(
    '.spec.containers[name="c"].env: duplicate entries for key [name="A"]',
  );
});

test('preconditions: uid and resourceVersion of the configuration', async () => {
  const { at } = await namespace();
  const path = `${at}/configmaps/a`;
  // A version is no condition for what is not there.
  const created = (await apply(path, configMap('a', {}, { resourceVersion: '1' }))).json();
  const { uid, resourceVersion } = created.metadata ?? {};
  expect((await apply(path, configMap('a', { x: '1' }, { uid, resourceVersion }))).code).toBe(200);
  expect((await apply(path, configMap('a', { x: '2' }, { resourceVersion }))).status()).toMatchObject({
    code: 409,
    message:
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  });
  expect((await apply(path, configMap('a', {}, { uid: 'other' }))).status()).toMatchObject({
    code: 422,
    message: expect.stringContaining('metadata.uid: Invalid value: "other": field is immutable'),
  });
});

test('to create by applying, one must be allowed to create', async () => {
  const { ns, at } = await namespace();
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${ns}`;
  await admin.post(`${rbac}/roles`, { metadata: { name: 'r' }, rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] }] });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' };
  await admin.post(`${rbac}/rolebindings`, { metadata: { name: 'r' }, roleRef, subjects: [{ kind: 'User', name: 'jane' }] });
  const headers = { ...APPLY, 'impersonate-user': 'jane' };
  const send = () => admin.send('PATCH', `${at}/configmaps/a?fieldManager=jane`, { body: configMap('a', { x: '1' }), headers });
  expect((await send()).status()).toMatchObject({
    code: 403,
    message: `configmaps "a" is forbidden: User "jane" cannot create resource "configmaps" in API group "" in the namespace "${ns}"`,
  });
  await admin.post(`${at}/configmaps`, configMap('a'));
  expect((await send()).code).toBe(200);
});

test('status and the object itself are applied apart', async () => {
  const { at } = await namespace();
  const path = `${at}/pods/p`;
  expect((await apply(`${path}/status`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } })).code).toBe(404);
  const both = { ...pod('p'), status: { phase: 'Failed' } };
  const made = (await apply(path, both)).json<Pod>();
  expect([made.status?.phase, JSON.stringify(fieldsOf(made, 'one')).includes('status')]).toEqual(['Pending', false]);
  const status = { conditions: [{ type: 'example.com/Done', status: 'True' }] };
  const done = await apply(
    `${path}/status`,
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { hostname: 'x' }, status },
    'fieldManager=ctl',
  );
  expect(done.json<Pod>().status?.conditions).toMatchObject(status.conditions);
  expect(done.json<Pod>().spec?.hostname).toBeUndefined();
  expect(managersOf(done.json())).toEqual([
    ['ctl', 'Apply', 'status'],
    ['one', 'Apply', ''],
  ]);
  expect(fieldsOf(done.json(), 'ctl')).toEqual({
    'f:status': { 'f:conditions': { 'k:{"type":"example.com/Done"}': { '.': {}, 'f:status': {}, 'f:type': {} } } },
  });
  await admin.patch(`${path}/status?fieldManager=kubelet`, { status: { phase: 'Running' } }, 'strategic-merge');
  const gone = await apply(`${path}/status`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }, 'fieldManager=ctl');
  // What nobody owns stays beside what somebody does.
  expect(gone.json<Pod>().status).toEqual({ phase: 'Running', qosClass: 'BestEffort' });
});

test('scale is applied as a Scale; the replicas are owned in the object', async () => {
  const { ns } = await namespace();
  const path = `/apis/apps/v1/namespaces/${ns}/deployments/web`;
  await apply(path, deployment('web', 1));
  const scale = (replicas: number) => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas } });
  const refused = await apply(`${path}/scale`, scale(4), 'fieldManager=hpa');
  expect(refused.status()).toMatchObject({ code: 409, message: 'Apply failed with 1 conflict: conflict with "one": .spec.replicas' });
  const forced = await apply(`${path}/scale`, scale(4), 'fieldManager=hpa&force=true');
  expect(forced.json<Scale>()).toMatchObject({ kind: 'Scale', spec: { replicas: 4 } });
  const now = (await admin.get(path)).json<Deployment>();
  expect(managersOf(now)).toEqual([
    ['hpa', 'Apply', 'scale'],
    ['one', 'Apply', ''],
  ]);
  expect(fieldsOf(now, 'hpa')).toEqual({ 'f:spec': { 'f:replicas': {} } });
  expect(entriesOf(now)[0]?.apiVersion).toBe('apps/v1');
  expect((await apply(path, deployment('web', 1))).status().message).toBe(
    'Apply failed with 1 conflict: conflict with "hpa" with subresource "scale": .spec.replicas',
  );
  const ofAnother = { ...scale(5), metadata: { name: 'web', uid: 'u' } };
  expect((await apply(`${path}/scale`, ofAnother, 'fieldManager=hpa')).status().message).toContain(
    'Precondition failed: UID in precondition: u,',
  );
  expect((await apply(`${path}/scale`, { ...scale(4), kind: 'Other' }, 'fieldManager=hpa')).status().message).toBe(
    'invalid object type: autoscaling/v1, Kind=Other',
  );
});

test('two that create the same at once both apply', async () => {
  const { at } = await namespace();
  const managers = Array.from({ length: 8 }, (_, i) => `m${i}`);
  const answers = await Promise.all(managers.map((m) => apply(`${at}/configmaps/a`, configMap('a', { [m]: '1' }), `fieldManager=${m}`)));
  expect(answers.map(({ code }) => code).toSorted()).toEqual([...Array(7).fill(200), 201]);
  const now = (await admin.get(`${at}/configmaps/a`)).json<ConfigMap>();
  expect(Object.keys(now.data ?? {}).toSorted()).toEqual(managers);
  expect(entriesOf(now)).toHaveLength(8);
});

test('an Event has one owner a field, in whichever of its groups it is written', async () => {
  const { ns, at } = await namespace();
  const regarding = { kind: 'Pod', name: 'p', namespace: ns };
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e' },
    involvedObject: regarding,
    message: 'hello',
    reason: 'R',
    type: 'Normal',
  };
  await apply(`${at}/events/e`, event);
  const modern = { apiVersion: 'events.k8s.io/v1', kind: 'Event', metadata: { name: 'e' }, note: 'other' };
  const path = `/apis/events.k8s.io/v1/namespaces/${ns}/events/e`;
  expect((await apply(path, modern, 'fieldManager=two')).status().message).toBe(
    'Apply failed with 1 conflict: conflict with "one": .message',
  );
});

test('the typed client applies, and shows who owns what', async () => {
  const { ns } = await namespace();
  const client = as('kubernetes-admin', 'system:masters');
  const maps = client.kind(ConfigMaps);
  const made = await maps.apply({ metadata: { name: 'a', namespace: ns }, data: { x: '1' } }, { fieldManager: 'typed' });
  expect([made.data, entriesOf(made).map(({ manager }) => manager)]).toEqual([{ x: '1' }, ['typed']]);
  const other = { metadata: { name: 'a', namespace: ns }, data: { x: '2' } };
  await expect(maps.apply(other, { fieldManager: 'rival' })).rejects.toMatchObject({ reason: 'Conflict' });
  expect((await maps.apply(other, { fieldManager: 'rival', force: true })).data).toEqual({ x: '2' });
});

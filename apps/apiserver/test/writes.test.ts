import type { ConfigMap, Deployment, Namespace, Pod } from '@kubernats/api';
import { expect, test } from 'vitest';
import { clusterOfFile, configMap, deployment, pod } from './support/cluster-of-file.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;

test('create, read, replace and delete, with optimistic concurrency', async () => {
  const { at, ns } = await namespace();
  const created = await admin.post(`${at}/configmaps`, configMap('a', { x: '1' }));
  expect(created.code).toBe(201);
  const object = created.json<ConfigMap>();
  expect(object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a', namespace: ns }, data: { x: '1' } });
  expect(object.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/);
  expect(object.metadata?.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(object.metadata, 'of a ConfigMap no generations are counted').not.toHaveProperty('generation');
  expect((await admin.get(`${at}/configmaps/a`)).json()).toEqual(object);
  const again = await admin.post(`${at}/configmaps`, configMap('a'));
  expect(again.status()).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'configmaps "a" already exists',
    reason: 'AlreadyExists',
    details: { name: 'a', kind: 'configmaps' },
    code: 409,
  });
  const replaced = await admin.put(`${at}/configmaps/a`, { ...object, data: { x: '2' } });
  expect(replaced.code).toBe(200);
  const stale = await admin.put(`${at}/configmaps/a`, { ...object, data: { x: '3' } });
  expect(stale.status()).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  });
  const unconditional = await admin.put(`${at}/configmaps/a`, configMap('a', { x: '4' }));
  expect(unconditional.json<ConfigMap>()).toMatchObject({ data: { x: '4' }, metadata: { uid: object.metadata?.uid } });
  const same = await admin.put(`${at}/configmaps/a`, unconditional.json());
  expect(same.json<ConfigMap>().metadata?.resourceVersion, 'what changes nothing is not written').toBe(
    unconditional.json<ConfigMap>().metadata?.resourceVersion,
  );
  const gone = await admin.delete(`${at}/configmaps/a`);
  expect(gone.status()).toMatchObject({
    status: 'Success',
    details: { name: 'a', kind: 'configmaps', uid: object.metadata?.uid },
    code: 200,
  });
  for (const method of ['GET', 'DELETE']) {
    const missing = await admin.send(method, `${at}/configmaps/a`);
    expect(missing.status()).toMatchObject({ code: 404, reason: 'NotFound', message: 'configmaps "a" not found' });
  }
  expect((await admin.put(`${at}/configmaps/a`, configMap('a'))).code).toBe(404);
});

test('an update of a deleted and recreated object is refused by its uid', async () => {
  const { at } = await namespace();
  const first = (await admin.post(`${at}/configmaps`, configMap('a'))).json<ConfigMap>();
  await admin.delete(`${at}/configmaps/a`);
  const second = (await admin.post(`${at}/configmaps`, configMap('a'))).json<ConfigMap>();
  const { resourceVersion: _, ...metadata } = first.metadata ?? {};
  const refused = await admin.put(`${at}/configmaps/a`, { ...first, metadata });
  expect(refused.status()).toMatchObject({
    code: 409,
    message: `Operation cannot be fulfilled on configmaps "a": Precondition failed: UID in precondition: ${first.metadata?.uid}, UID in object meta: ${second.metadata?.uid}`,
  });
});

test('generateName makes names that are free', async () => {
  const { at } = await namespace();
  const make = () => admin.post(`${at}/configmaps`, { metadata: { generateName: 'x-' } });
  const made = (await Promise.all([make(), make(), make()])).map((answer) => answer.json<ConfigMap>().metadata);
  for (const metadata of made) {
    expect(metadata?.name).toMatch(/^x-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(metadata?.generateName).toBe('x-');
  }
  expect(new Set(made.map((metadata) => metadata?.name)).size).toBe(3);
  const long = await admin.post(`${at}/configmaps`, { metadata: { generateName: 'y'.repeat(200) } });
  expect(long.json<ConfigMap>().metadata?.name).toHaveLength(63);
});

test('what has no resourceVersion where one is needed is refused; one on a new object too', async () => {
  const { at, ns } = await namespace();
  const leases = `/apis/coordination.k8s.io/v1/namespaces/${ns}/leases`;
  await admin.post(leases, { metadata: { name: 'l' } });
  expect((await admin.put(`${leases}/l`, { metadata: { name: 'l' }, spec: { holderIdentity: 'x' } })).status()).toMatchObject({
    code: 422,
    reason: 'Invalid',
    message: 'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
  });
  expect((await admin.put(`${leases}/new`, { metadata: { name: 'new' } })).code, 'a PUT may create a Lease').toBe(201);
  const status = (await admin.post(`${at}/configmaps`, configMap('a', {}, { resourceVersion: '7' }))).status();
  expect(status).toMatchObject({ code: 500, message: 'resourceVersion should not be set on objects to be created' });
  expect(status).not.toHaveProperty('reason');
});

test('spec and status are apart, and generations count changes of the spec', async () => {
  const { ns } = await namespace();
  const at = `/apis/apps/v1/namespaces/${ns}/deployments`;
  const status = { replicas: 3, readyReplicas: 3, observedGeneration: 1 };
  const created = (await admin.post(at, { ...deployment('web'), status })).json<Deployment>();
  expect(created.metadata?.generation).toBe(1);
  expect(created.status ?? {}).toEqual({});
  const byMain = (await admin.put(`${at}/web`, { ...deployment('web', 2), status })).json<Deployment>();
  expect(byMain.status ?? {}).toEqual({});
  expect([byMain.spec?.replicas, byMain.metadata?.generation]).toEqual([2, 2]);
  const byStatus = await admin.put(`${at}/web/status`, {
    ...deployment('web', 5),
    metadata: { name: 'web', labels: { a: 'b' }, ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'y' }] },
    status,
  });
  const now = byStatus.json<Deployment>();
  expect([now.spec?.replicas, now.status?.readyReplicas, now.metadata?.generation]).toEqual([2, 3, 2]);
  expect(now.metadata).not.toHaveProperty('ownerReferences');
  const labelled = (await admin.patch(`${at}/web`, { metadata: { labels: { c: 'd' } } })).json<Deployment>();
  expect([labelled.metadata?.generation, labelled.status?.readyReplicas]).toEqual([2, 3]);
});

test('what may not change is refused by field', async () => {
  const { at, ns } = await namespace();
  await admin.post(`${at}/configmaps`, { ...configMap('fixed', { x: '1' }), immutable: true });
  expect((await admin.patch(`${at}/configmaps/fixed`, { data: { x: '2' } })).status()).toMatchObject({
    code: 422,
    message: 'ConfigMap "fixed" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    details: { causes: [{ reason: 'FieldValueForbidden', field: 'data' }] },
  });
  await admin.post(`${at}/pods`, pod('p'));
  const moved = await admin.patch(`${at}/pods/p`, { spec: { nodeName: 'elsewhere' } });
  expect(moved.status()).toMatchObject({ code: 422, details: { name: 'p', kind: 'Pod', causes: [{ field: 'spec' }] } });
  const deployments = `/apis/apps/v1/namespaces/${ns}/deployments`;
  await admin.post(deployments, deployment('web'));
  const selector = await admin.patch(`${deployments}/web`, { spec: { selector: { matchLabels: { app: 'other' } } } });
  expect(selector.status().details?.causes?.map(({ field }) => field)).toContain('spec.selector');
  const object = (await admin.get(`${at}/configmaps/fixed`)).json<ConfigMap>();
  const forged = { ...object, metadata: { ...object.metadata, creationTimestamp: '2001-01-01T00:00:00Z', selfLink: '/x', generation: 9 } };
  const put = (await admin.put(`${at}/configmaps/fixed`, forged)).json<ConfigMap>();
  expect(put.metadata?.creationTimestamp).toBe(object.metadata?.creationTimestamp);
});

test('finalizers hold an object back until the last is gone', async () => {
  const { at } = await namespace();
  await admin.post(`${at}/configmaps`, configMap('a', {}, { finalizers: ['example.com/one', 'example.com/two'] }));
  const deleting = (await admin.delete(`${at}/configmaps/a`)).json<ConfigMap>();
  expect(deleting.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, finalizers: ['example.com/one', 'example.com/two'] });
  expect(deleting.metadata?.deletionTimestamp).toBeTruthy();
  const second = (await admin.delete(`${at}/configmaps/a`)).json<ConfigMap>();
  expect(second.metadata?.resourceVersion, 'a second deletion changes nothing').toBe(deleting.metadata?.resourceVersion);
  const more = await admin.patch(`${at}/configmaps/a`, { metadata: { finalizers: ['example.com/one', 'example.com/three'] } });
  expect(more.status()).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(more.status().message).toContain('metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted');
  expect((await admin.patch(`${at}/configmaps/a`, { metadata: { finalizers: ['example.com/two'] } })).code).toBe(200);
  const revived = (await admin.patch(`${at}/configmaps/a`, { metadata: { deletionTimestamp: null } })).json<ConfigMap>();
  expect(revived.metadata?.deletionTimestamp, 'there is no way back').toBe(deleting.metadata?.deletionTimestamp);
  expect((await admin.patch(`${at}/configmaps/a`, { metadata: { finalizers: null } })).code).toBe(200);
  expect((await admin.get(`${at}/configmaps/a`)).code).toBe(404);
});

test('propagation policies leave their finalizers', async () => {
  const { at } = await namespace();
  const finalizers = async (options: object, query = '') => {
    await admin.post(`${at}/configmaps`, configMap('a', {}, { finalizers: ['example.com/x'] }));
    const answer = await admin.delete(`${at}/configmaps/a${query}`, options);
    await admin.patch(`${at}/configmaps/a`, { metadata: { finalizers: null } });
    return [answer.code, answer.json<ConfigMap>().metadata?.finalizers];
  };
  expect(await finalizers({ propagationPolicy: 'Foreground' })).toEqual([200, ['example.com/x', 'foregroundDeletion']]);
  expect(await finalizers({}, '?propagationPolicy=Orphan')).toEqual([200, ['example.com/x', 'orphan']]);
  expect(await finalizers({ propagationPolicy: 'Background' })).toEqual([200, ['example.com/x']]);
  expect(await finalizers({ orphanDependents: false })).toEqual([202, ['example.com/x']]);
  await admin.post(`${at}/configmaps`, configMap('a'));
  const strange = await admin.delete(`${at}/configmaps/a`, { propagationPolicy: 'Sideways' });
  expect(strange.status()).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(strange.status().message).toContain('"Sideways"');
  expect((await admin.delete(`${at}/configmaps/a`, { propagationPolicy: 'Orphan', orphanDependents: true })).code).toBe(422);
  expect((await admin.get(`${at}/configmaps/a`)).code).toBe(200);
});

test('a deletion with preconditions deletes just what was meant', async () => {
  const { at } = await namespace();
  const { metadata } = (await admin.post(`${at}/configmaps`, configMap('a'))).json<ConfigMap>();
  const byUid = await admin.delete(`${at}/configmaps/a`, { preconditions: { uid: 'other' } });
  expect(byUid.status()).toMatchObject({ code: 409, reason: 'Conflict' });
  expect(byUid.status().message).toContain(`the UID in the precondition (other) does not match the UID in record (${metadata?.uid})`);
  const byVersion = await admin.delete(`${at}/configmaps/a`, { preconditions: { resourceVersion: '1' } });
  expect(byVersion.status().message).toContain('the ResourceVersion in the precondition (1) does not match the ResourceVersion in record');
  const right = { preconditions: { uid: metadata?.uid, resourceVersion: metadata?.resourceVersion } };
  expect((await admin.delete(`${at}/configmaps/a`, right)).code).toBe(200);
});

test('a Pod on a node is deleted gracefully, and gone when its kubelet says so', async () => {
  const { at, ns } = await namespace();
  await admin.post(`${at}/pods`, pod('p', { nodeName: 'n1', terminationGracePeriodSeconds: 20 }));
  const deleting = (await admin.delete(`${at}/pods/p`)).json<Pod>();
  expect(deleting.metadata?.deletionGracePeriodSeconds).toBe(20);
  const until = (object: Pod) => Date.parse(object.metadata?.deletionTimestamp ?? '');
  const longer = (await admin.delete(`${at}/pods/p`, { gracePeriodSeconds: 60 })).json<Pod>();
  expect(longer.metadata, 'a second deletion does not give more time').toMatchObject({ deletionGracePeriodSeconds: 20 });
  const shorter = (await admin.delete(`${at}/pods/p?gracePeriodSeconds=5`)).json<Pod>();
  expect(shorter.metadata?.deletionGracePeriodSeconds).toBe(5);
  expect(until(shorter)).toBeLessThan(until(deleting));
  expect((await admin.get(`${at}/pods/p`)).code).toBe(200);
  const confirmed = await admin.delete(`${at}/pods/p`, { gracePeriodSeconds: 0, preconditions: { uid: deleting.metadata?.uid } });
  expect(confirmed.json<Pod>()).toMatchObject({ kind: 'Pod', metadata: { name: 'p', namespace: ns } });
  expect((await admin.get(`${at}/pods/p`)).code).toBe(404);
});

test('a Pod that is on no node, or has ended, is gone at once', async () => {
  const { at } = await namespace();
  await admin.post(`${at}/pods`, pod('free'));
  await admin.delete(`${at}/pods/free`);
  expect((await admin.get(`${at}/pods/free`)).code).toBe(404);
  await admin.post(`${at}/pods`, pod('ended', { nodeName: 'n1' }));
  await admin.patch(`${at}/pods/ended/status`, { status: { phase: 'Succeeded' } });
  await admin.delete(`${at}/pods/ended`);
  expect((await admin.get(`${at}/pods/ended`)).code).toBe(404);
});

test('deletecollection deletes what the selectors name, and no more', async () => {
  const { at } = await namespace();
  for (let i = 0; i < 40; i++) {
    await admin.post(`${at}/configmaps`, configMap(`m${i}`, {}, { labels: { even: String(i % 2 === 0) } }));
  }
  const some = (await admin.delete(`${at}/configmaps?labelSelector=even%3Dtrue&limit=3`)).json<{ items: ConfigMap[] }>();
  expect(some.items.map(({ metadata }) => metadata?.name)).toEqual(['m0', 'm10', 'm12']);
  const deleted = (await admin.delete(`${at}/configmaps?labelSelector=even%3Dtrue`)).json<{ kind: string; items: ConfigMap[] }>();
  expect([deleted.kind, deleted.items.length]).toEqual(['ConfigMapList', 17]);
  const rest = (await admin.get(`${at}/configmaps`)).json<{ items: ConfigMap[] }>();
  expect(rest.items.map(({ metadata }) => metadata?.labels?.even)).toEqual(Array(20).fill('false'));
  expect((await admin.delete(`${at}/configmaps?fieldSelector=metadata.name%3Dm1`)).code).toBe(200);
  expect((await admin.get(`${at}/configmaps/m1`)).code).toBe(404);
  const everywhere = await admin.delete('/api/v1/configmaps');
  expect(everywhere.status()).toMatchObject({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
  });
});

test('a dry run answers as the write would, and writes nothing', async () => {
  const { at, ns } = await namespace();
  const created = await admin.post(`${at}/configmaps?dryRun=All`, configMap('a'));
  expect(created.code).toBe(201);
  expect(created.json<ConfigMap>().metadata?.uid).toBeTruthy();
  expect(created.json<ConfigMap>().metadata).not.toHaveProperty('resourceVersion');
  expect((await admin.get(`${at}/configmaps/a`)).code).toBe(404);
  const { metadata } = (await admin.post(`${at}/configmaps`, configMap('a', { x: '1' }))).json<ConfigMap>();
  expect((await admin.post(`${at}/configmaps?dryRun=All`, configMap('a'))).code).toBe(409);
  const put = (await admin.put(`${at}/configmaps/a?dryRun=All`, configMap('a', { x: '2' }))).json<ConfigMap>();
  expect([put.data, put.metadata?.resourceVersion]).toEqual([{ x: '2' }, metadata?.resourceVersion]);
  const patched = (await admin.patch(`${at}/configmaps/a?dryRun=All`, { data: { x: '3' } })).json<ConfigMap>();
  expect(patched.data).toEqual({ x: '3' });
  expect((await admin.delete(`${at}/configmaps/a?dryRun=All`)).code).toBe(200);
  expect((await admin.delete(`${at}/configmaps/a`, { dryRun: ['All'] })).code).toBe(200);
  expect((await admin.get(`${at}/configmaps/a`)).json<ConfigMap>()).toMatchObject({ data: { x: '1' }, metadata });
  const services = await admin.post(`${at}/services?dryRun=All`, { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } });
  expect(services.code).toBe(201);
  const claims = (await admin.get(`/api/v1/namespaces/${ns}/services`)).json<{ items: unknown[] }>();
  expect(claims.items).toEqual([]);
  expect((await admin.post(`${at}/configmaps?dryRun=Some`, configMap('b'))).code).toBe(422);
});

test('scale reads and writes the number of replicas, and nothing else', async () => {
  const { ns } = await namespace();
  const at = `/apis/apps/v1/namespaces/${ns}/deployments/web`;
  await admin.post(`/apis/apps/v1/namespaces/${ns}/deployments`, deployment('web', 3));
  const scale = (await admin.get(`${at}/scale`)).json<object & { metadata: object }>();
  expect(scale).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name: 'web', namespace: ns },
    spec: { replicas: 3 },
    status: { replicas: 0, selector: 'app=web' },
  });
  const table = await admin.get(`${at}/scale`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  expect(table.json<{ columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] }>()).toMatchObject({
    columnDefinitions: [{ name: 'Name' }, { name: 'Desired' }, { name: 'Available' }, { name: 'Age' }],
    rows: [{ cells: ['web', 3, 0, expect.stringMatching(/^\d+s$/)] }],
  });
  expect((await admin.put(`${at}/scale`, { ...scale, spec: { replicas: 5 } })).json()).toMatchObject({ spec: { replicas: 5 } });
  expect((await admin.put(`${at}/scale`, { ...scale, spec: { replicas: 6 } })).code, 'it is stale').toBe(409);
  expect((await admin.patch(`${at}/scale`, { spec: { replicas: 1 } })).json()).toMatchObject({ spec: { replicas: 1 } });
  expect((await admin.patch(`${at}/scale`, [{ op: 'replace', path: '/spec/replicas', value: 2 }], 'json')).code).toBe(200);
  expect((await admin.get(at)).json<Deployment>()).toMatchObject({ spec: { replicas: 2 }, metadata: { generation: 4 } });
  expect((await admin.patch(`${at}/scale`, { spec: { replicas: -1 } })).status()).toMatchObject({
    code: 422,
    message: 'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  });
  expect((await admin.get(`/api/v1/namespaces/${ns}/configmaps/x/scale`)).code).toBe(404);
});

test('a binding puts a Pod on its node, once', async () => {
  const { at } = await namespace();
  await admin.post(`${at}/pods`, pod('p'));
  const bind = (name: string, node: string) =>
    admin.post(`${at}/pods/${name}/binding`, { metadata: { name }, target: { kind: 'Node', name: node } });
  expect((await bind('p', 'n1')).status()).toMatchObject({ code: 201, status: 'Success' });
  const bound = (await admin.get(`${at}/pods/p`)).json<Pod>();
  expect(bound.spec?.nodeName).toBe('n1');
  expect(bound.status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'True' }]);
  expect((await bind('p', 'n2')).status()).toMatchObject({
    code: 409,
    message: 'Operation cannot be fulfilled on pods "p": pod p is already assigned to node "n1"',
  });
  expect((await bind('gone', 'n1')).code).toBe(404);
  expect((await bind('p', '')).code).toBe(422);
});

test('an eviction is a deletion that says why', async () => {
  const { at } = await namespace();
  await admin.post(`${at}/pods`, pod('p', { nodeName: 'n1' }));
  const evict = (part: object) => admin.post(`${at}/pods/p/eviction`, { metadata: { name: 'p' }, ...part });
  expect((await evict({ deleteOptions: { dryRun: ['All'] } })).code).toBe(201);
  expect((await evict({ deleteOptions: { preconditions: { uid: 'another' } } })).status()).toMatchObject({ code: 409, reason: 'Conflict' });
  expect((await evict({ apiVersion: 'policy/v1beta1', kind: 'Eviction', deleteOptions: { dryRun: ['All'] } })).code).toBe(201);
  expect((await evict({ apiVersion: 'policy/v1beta2', kind: 'Eviction' })).code).toBe(400);
  expect((await evict({ metadata: { name: 'q' } })).code).toBe(400);
  const before = (await admin.get(`${at}/pods/p`)).json<Pod>();
  expect(before.metadata?.deletionTimestamp).toBeUndefined();
  expect(before.status?.conditions ?? []).toEqual([]);
  expect((await admin.post(`${at}/pods/p/eviction`, { metadata: { name: 'p' } })).status()).toMatchObject({ code: 201, status: 'Success' });
  const { metadata, status } = (await admin.get(`${at}/pods/p`)).json<Pod>();
  expect(metadata?.deletionTimestamp).toBeTruthy();
  expect(status?.conditions).toMatchObject([
    { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' },
  ]);
  expect((await evict({})).code).toBe(201);
  expect((await admin.post(`${at}/pods/gone/eviction`, { metadata: { name: 'gone' } })).code).toBe(404);
});

test('a namespace ends: nothing new comes in, and its finalizer takes it away', async () => {
  const { ns, at } = await namespace();
  const deleting = (await admin.delete(at)).json<Namespace>();
  expect(deleting).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' }, spec: { finalizers: ['kubernetes'] } });
  const refused = (await admin.post(`${at}/configmaps`, configMap('late'))).status();
  expect(refused).toMatchObject({
    code: 403,
    reason: 'Forbidden',
    message: `configmaps "late" is forbidden: unable to create new content in namespace ${ns} because it is being terminated`,
    details: {
      name: 'late',
      kind: 'configmaps',
      causes: [{ reason: 'NamespaceTerminating', message: `namespace ${ns} is being terminated`, field: 'metadata.namespace' }],
    },
  });
  const finalize = (object: Namespace) => admin.put(`${at}/finalize`, { ...object, spec: { finalizers: [] } });
  expect((await finalize({ ...deleting, metadata: { ...deleting.metadata, resourceVersion: '1' } })).code).toBe(409);
  expect((await finalize(deleting)).code).toBe(200);
  expect((await admin.get(at)).code).toBe(404);
  const nowhere = (await admin.post(`${at}/configmaps`, configMap('late'))).status();
  expect(nowhere).toMatchObject({ code: 404, message: `namespaces "${ns}" not found` });
});

test.each(['default', 'kube-system', 'kube-public'])('the namespace %s may not be deleted', async (name) => {
  expect((await admin.delete(`/api/v1/namespaces/${name}`)).status()).toMatchObject({
    code: 403,
    message: `namespaces "${name}" is forbidden: this namespace may not be deleted`,
  });
});

test('R1: an owner that is named twice is kept once, and told of', async () => {
  const { at } = await namespace();
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u1' };
  const other = { ...owner, name: 'q', uid: 'u2' };
  const created = await admin.post(`${at}/configmaps`, configMap('a', {}, { ownerReferences: [owner, other, owner] }));
  expect(created.json<ConfigMap>().metadata?.ownerReferences).toEqual([owner, other]);
  expect(created.headers.warning).toContain('.metadata.ownerReferences contains duplicate entries');
  expect(created.headers.warning).toContain('duplicate UID(s) observed: u1');
  const updated = await admin.put(`${at}/configmaps/a`, configMap('a', {}, { ownerReferences: [other, other] }));
  expect(updated.json<ConfigMap>().metadata?.ownerReferences).toEqual([other]);
  expect(updated.headers.warning).toContain('duplicate UID(s) observed: u2');
});

test('R1: what is wrong with the options is told before what is wrong with the object, of deletions of many too', async () => {
  const { at } = await namespace();
  expect((await admin.post(`${at}/pods?dryRun=Some`, { metadata: { name: 'a' } })).status().message).toBe(
    'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: supported values: "All"',
  );
  expect((await admin.delete(`${at}/configmaps?resourceVersionMatch=Exact`)).status()).toMatchObject({ code: 422, reason: 'Invalid' });
  expect((await admin.get(`${at}/configmaps?timeoutSeconds=x`)).status()).toMatchObject({
    code: 400,
    message: 'strconv.ParseInt: parsing "x": invalid syntax',
  });
});

test('R1: the Pods of a Job, and of a ReplicationController, are preserved where a deletion does not say what becomes of them', async () => {
  const { ns, at } = await namespace();
  const jobs = `/apis/batch/v1/namespaces/${ns}/jobs`;
  const job = (name: string) => ({
    metadata: { name },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'x' }] } } },
  });
  for (const name of ['a', 'b', 'c']) await admin.post(jobs, job(name));
  const silent = await admin.delete(`${jobs}/a`);
  expect(silent.headers.warning).toContain('child pods are preserved by default when jobs are deleted');
  expect((await admin.get(`${jobs}/a`)).json<ConfigMap>().metadata?.finalizers).toEqual(['orphan']);
  const background = await admin.delete(`${jobs}/b?propagationPolicy=Background`);
  expect([background.headers.warning, (await admin.get(`${jobs}/b`)).code]).toEqual([undefined, 404]);
  await admin.delete(`${jobs}/c?propagationPolicy=Foreground`);
  await admin.delete(`${jobs}/c`);
  expect((await admin.get(`${jobs}/c`)).json<ConfigMap>().metadata?.finalizers).toEqual(['foregroundDeletion']);
  const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };
  await admin.post(`${at}/replicationcontrollers`, { metadata: { name: 'rc' }, spec: { template } });
  expect((await admin.delete(`${at}/replicationcontrollers/rc`)).headers.warning).toBeUndefined();
  expect((await admin.get(`${at}/replicationcontrollers/rc`)).json<ConfigMap>().metadata?.finalizers).toEqual(['orphan']);
});

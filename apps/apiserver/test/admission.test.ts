import {
  ClusterRoleBindings,
  CoreEvents,
  Namespaces,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  Pods,
  Roles,
  ServiceAccounts,
} from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';
import { clusterOfFile, pod } from './support/cluster-of-file.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;

test('a Pod gets its account, its tolerations and its priority', async () => {
  const { at } = await namespace();
  const { spec } = (await admin.post(`${at}/pods`, pod('p'))).json<Pod>();
  expect(spec).toMatchObject({
    serviceAccountName: 'default',
    serviceAccount: 'default',
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
  });
  const lost = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  expect(spec?.tolerations).toEqual([lost('node.kubernetes.io/not-ready'), lost('node.kubernetes.io/unreachable')]);
  const own = [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }];
  const second = (await admin.post(`${at}/pods`, pod('q', { tolerations: own }))).json<Pod>();
  expect(second.spec?.tolerations).toEqual([own[0], lost('node.kubernetes.io/unreachable')]);
  const all = (await admin.post(`${at}/pods`, pod('r', { tolerations: [{ operator: 'Exists' }] }))).json<Pod>();
  expect(all.spec?.tolerations).toEqual([{ operator: 'Exists' }]);
});

describe('R1: the token of a Pod', () => {
  const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
  const containers = [
    { name: 'a', image: 'x' },
    { name: 'b', image: 'x', volumeMounts: [{ name: 'own', mountPath: FOLDER }] },
  ];
  const volumes = [{ name: 'own', emptyDir: {} }];
  const podOf = async (at: string, spec: object): Promise<Pod['spec']> =>
    (await admin.post(`${at}/pods`, { metadata: { generateName: 'p-' }, spec: { containers, volumes, ...spec } })).json<Pod>().spec;

  test('is mounted into every container that has nothing there', async () => {
    const { at } = await namespace();
    const spec = await podOf(at, { initContainers: [{ name: 'i', image: 'x' }] });
    const [, added] = spec?.volumes ?? [];
    expect(added?.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
    expect(added?.projected).toEqual({
      defaultMode: 0o644,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
    });
    const mount = { name: added?.name, mountPath: FOLDER, readOnly: true };
    expect(spec?.initContainers?.[0]?.volumeMounts).toEqual([mount]);
    expect(spec?.containers.map(({ volumeMounts }) => volumeMounts)).toEqual([[mount], [{ name: 'own', mountPath: FOLDER }]]);
  });

  test('a template that was copied from a Pod keeps its volume', async () => {
    const { at } = await namespace();
    const copied = { name: 'kube-api-access-abcde', emptyDir: {} };
    const spec = await podOf(at, { volumes: [...volumes, copied] });
    expect(spec?.volumes?.map(({ name }) => name)).toEqual(['own', copied.name]);
    expect(spec?.containers[0]?.volumeMounts).toMatchObject([{ name: copied.name, mountPath: FOLDER }]);
  });

  test.each([
    [undefined, undefined, true],
    [false, undefined, false],
    [false, true, true],
    [undefined, false, false],
    [true, false, false],
  ])('account says %s, Pod says %s: %s', async (account, pod, mounted) => {
    const { at } = await namespace();
    await admin.post(`${at}/serviceaccounts`, { metadata: { name: 'robot' }, automountServiceAccountToken: account });
    const spec = await podOf(at, { serviceAccountName: 'robot', automountServiceAccountToken: pod });
    expect(spec?.volumes).toHaveLength(mounted ? 2 : 1);
  });

  test('the secrets for images come from the account, unless the Pod names some', async () => {
    const { at } = await namespace();
    await admin.post(`${at}/serviceaccounts`, { metadata: { name: 'robot' }, imagePullSecrets: [{ name: 'registry' }] });
    expect((await podOf(at, { serviceAccountName: 'robot' }))?.imagePullSecrets).toEqual([{ name: 'registry' }]);
    const own = { serviceAccountName: 'robot', imagePullSecrets: [{ name: 'own' }] };
    expect((await podOf(at, own))?.imagePullSecrets).toEqual([{ name: 'own' }]);
  });
});

test('a Pod of a new namespace waits for its account, for a while', async () => {
  const clock = new SteppedClock();
  await using fixture = await startApiServer({ clock });
  const pods = fixture.client.kind(Pods);
  const podOf = (name: string, spec: object = {}): Pod => ({ ...pod(name, spec), metadata: { name, namespace: 'new' } });
  await fixture.client.kind(Namespaces).create({ metadata: { name: 'new' } });
  const first = pods.create(podOf('p'));
  await expect.poll(() => clock.waiting).toBeGreaterThan(0);
  await fixture.client.kind(ServiceAccounts).create({ metadata: { name: 'default', namespace: 'new' } });
  expect((await first).spec?.serviceAccountName).toBe('default');
  const timers = clock.waiting;
  const never = expect(pods.create(podOf('q', { serviceAccountName: 'gone' }))).rejects.toMatchObject({
    code: 403,
    message: 'pods "q" is forbidden: error looking up service account new/gone: serviceaccount "gone" not found',
  });
  await expect.poll(() => clock.waiting).toBeGreaterThan(timers);
  await clock.advance(1000);
  await never;
});

const ONE_GIB = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

test('a claim without a class gets the default one, the newest', async () => {
  const { at } = await namespace();
  const claim = async (name: string, more: object = {}) =>
    (
      await admin.post(`${at}/persistentvolumeclaims`, {
        metadata: { name },
        spec: { ...ONE_GIB, ...more },
      })
    ).json<PersistentVolumeClaim>().spec?.storageClassName;
  expect(await claim('none')).toBeUndefined();
  const storageClass = (name: string) => ({
    metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'example.com/x',
  });
  await admin.post('/apis/storage.k8s.io/v1/storageclasses', storageClass('first'));
  expect(await claim('default')).toBe('first');
  expect(await claim('named', { storageClassName: 'other' })).toBe('other');
  expect(await claim('empty', { storageClassName: '' })).toBe('');
  const annotations = { 'volume.beta.kubernetes.io/storage-class': 'older' };
  const annotated = await admin.post(`${at}/persistentvolumeclaims`, { metadata: { name: 'older', annotations }, spec: ONE_GIB });
  expect(annotated.json<PersistentVolumeClaim>().spec?.storageClassName).toBeUndefined();
  await admin.delete('/apis/storage.k8s.io/v1/storageclasses/first');
});

test('V6: volumes and claims are protected from their first moment', async () => {
  const { at } = await namespace();
  const mine = { metadata: { name: 'mine', finalizers: ['example.com/mine'] }, spec: ONE_GIB };
  const claim = (await admin.post(`${at}/persistentvolumeclaims`, mine)).json<PersistentVolumeClaim>();
  expect(claim.metadata?.finalizers).toEqual(['example.com/mine', 'kubernetes.io/pvc-protection']);
  const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/srv' } };
  const volume = (await admin.post('/api/v1/persistentvolumes', { metadata: { name: 'protected' }, spec })).json<PersistentVolume>();
  expect(volume.metadata?.finalizers).toEqual(['kubernetes.io/pv-protection']);
  const gone = await admin.patch(`${at}/persistentvolumeclaims/mine`, { metadata: { finalizers: null } }, 'merge');
  expect(gone.json<PersistentVolumeClaim>().metadata?.finalizers).toBeUndefined();
});

test('V6: a claim grows when it is bound and its class allows it', async () => {
  const { at } = await namespace();
  for (const name of ['grows', 'stays']) {
    await admin.post('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name },
      provisioner: 'example.com/x',
      ...(name === 'grows' ? { allowVolumeExpansion: true } : {}),
    });
  }
  const bound = async (
    name: string,
    storageClassName: string,
  ): Promise<(storage: string) => Promise<{ message?: string; code?: number }>> => {
    const path = `${at}/persistentvolumeclaims/${name}`;
    await admin.post(`${at}/persistentvolumeclaims`, { metadata: { name }, spec: { ...ONE_GIB, storageClassName } });
    await admin.patch(`${path}/status`, { status: { phase: 'Bound', capacity: { storage: '1Gi' } } }, 'merge');
    return async (storage) => (await admin.patch(path, { spec: { resources: { requests: { storage } } } }, 'merge')).json();
  };
  const why = 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize';
  const refused = (name: string) => ({ code: 403, message: `persistentvolumeclaims "${name}" is forbidden: ${why}` });
  expect(await (await bound('a', 'stays'))('2Gi')).toMatchObject(refused('a'));
  expect(await (await bound('b', ''))('2Gi')).toMatchObject(refused('b'));
  expect(await (await bound('c', 'gone'))('2Gi')).toMatchObject(refused('c'));
  const grow = await bound('d', 'grows');
  expect(await grow('2Gi')).toMatchObject({
    spec: { resources: { requests: { storage: '2Gi' } } },
    status: { capacity: { storage: '1Gi' } },
  });
  expect(await grow('1Gi')).toMatchObject({ code: 422, message: expect.stringContaining('field can not be less than status.capacity') });
});

test('plug-ins can be switched off; the check of rights cannot', async () => {
  await using fixture = await startApiServer({ config: { disabledAdmission: ['NamespaceLifecycle', 'ServiceAccount', 'NoEscalation'] } });
  await fixture.client.kind(Pods).create({ ...pod('p'), metadata: { name: 'p', namespace: 'nowhere' } });
  await fixture.client.kind(ClusterRoleBindings).create({
    metadata: { name: 'eve' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }],
  });
  const rules = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }];
  const made = fixture
    .as('eve')
    .kind(Roles)
    .create({ metadata: { name: 'all', namespace: 'default' }, rules });
  await expect(made).rejects.toMatchObject({ code: 403 });
});

test('Events are gone when their time is over, and whoever watches sees them go', async () => {
  const clock = new SteppedClock();
  await using fixture = await startApiServer({ clock, config: { eventTtlMs: 60_000 } });
  const events = fixture.client.kind(CoreEvents);
  const involvedObject = { kind: 'Pod', name: 'p', namespace: 'default' };
  const seen: string[] = [];
  const stop = new AbortController();
  const following = fixture.admin.follow(
    { group: '', version: 'v1', resource: 'events' },
    { replace: () => {}, changed: (type, { metadata }) => seen.push(`${type} ${metadata?.name}`) },
    stop.signal,
  );
  await events.create({ metadata: { name: 'old', namespace: 'default' }, involvedObject });
  await clock.advance(45_000);
  await events.create({ metadata: { name: 'young', namespace: 'default' }, involvedObject });
  await clock.advance(45_000);
  await expect.poll(() => seen).toEqual(['ADDED old', 'ADDED young', 'DELETED old']);
  expect((await events.list()).items.map(({ metadata }) => metadata?.name)).toEqual(['young']);
  stop.abort();
  await following;
});

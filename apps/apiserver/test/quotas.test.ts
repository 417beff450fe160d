import { type LimitRange, type PersistentVolumeClaim, type Pod, type ResourceQuota, Roles } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { clusterOfFile, configMap, deployment, pod } from './support/cluster-of-file.ts';

const { as, door, namespace } = await clusterOfFile();
const { admin } = door;

const asking = (requests: object, limits: object = {}) => ({ containers: [{ name: 'c', image: 'web', resources: { requests, limits } }] });
const quota = (hard: Record<string, string>, more: object = {}) => ({ metadata: { name: 'q' }, spec: { hard, ...more } });
const usedIn = async (at: string): Promise<Record<string, string> | undefined> =>
  (await admin.get(`${at}/resourcequotas/q`)).json<ResourceQuota>().status?.used;
/** The quota as it is made, once it has been counted. */
async function limit(at: string, hard: Record<string, string>, more: object = {}): Promise<void> {
  expect((await admin.post(`${at}/resourcequotas`, quota(hard, more))).code).toBe(201);
  await expect.poll(() => usedIn(at)).toBeDefined();
}
/** What it says is in use, in the end. */
const untilUsed = (at: string, used: Record<string, string>): Promise<void> => expect.poll(() => usedIn(at)).toMatchObject(used);
const messageOf = (answer: { json<T>(): T }): string => answer.json<{ message: string }>().message;

describe('R1: ResourceQuota', () => {
  test('what is made is charged, what is too much refused, and what goes gives way', async () => {
    const { at } = await namespace();
    await limit(at, { pods: '2', 'requests.cpu': '1', 'count/deployments.apps': '1', configmaps: '10' });
    expect(await usedIn(at)).toEqual({ pods: '0', 'requests.cpu': '0', 'count/deployments.apps': '0', configmaps: '0' });
    expect((await admin.post(`${at}/pods`, pod('a', asking({ cpu: '600m' })))).code).toBe(201);
    expect(await usedIn(at)).toMatchObject({ pods: '1', 'requests.cpu': '600m' });
    const refused = await admin.post(`${at}/pods`, pod('b', asking({ cpu: '500m' })));
    expect([refused.code, messageOf(refused)]).toEqual([
      403,
      'pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1',
    ]);
    const silent = await admin.post(`${at}/pods`, pod('c'));
    expect(messageOf(silent)).toBe('pods "c" is forbidden: failed quota: q: must specify requests.cpu for: c');
    const apps = at.replace('/api/v1', '/apis/apps/v1');
    expect((await admin.post(`${apps}/deployments`, deployment('one'))).code).toBe(201);
    expect(messageOf(await admin.post(`${apps}/deployments`, deployment('two')))).toBe(
      'deployments.apps "two" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1',
    );
    await admin.delete(`${at}/pods/a?gracePeriodSeconds=0`);
    await untilUsed(at, { pods: '0', 'requests.cpu': '0' });
    expect((await admin.post(`${at}/pods`, pod('b', asking({ cpu: '1' })))).code).toBe(201);
  });

  test('a dry run is judged and charges nothing; what is refused otherwise is not charged for long', async () => {
    const { at } = await namespace();
    await limit(at, { configmaps: '1' });
    expect((await admin.post(`${at}/configmaps?dryRun=All`, configMap('a'))).code).toBe(201);
    expect(await usedIn(at)).toEqual({ configmaps: '0' });
    await admin.post(`${at}/configmaps`, configMap('a'));
    expect((await admin.post(`${at}/configmaps?dryRun=All`, configMap('b'))).code).toBe(403);
    await admin.put(`${at}/resourcequotas/q`, quota({ configmaps: '5' }));
    expect((await admin.post(`${at}/configmaps`, configMap('a'))).code).toBe(409);
    await untilUsed(at, { configmaps: '1' });
  });

  test('what a later check refuses is given back', async () => {
    const { ns, at } = await namespace();
    const rbac = at.replace('/api/v1', '/apis/rbac.authorization.k8s.io/v1');
    const roles = { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['create'] };
    await admin.post(`${rbac}/roles`, { metadata: { name: 'maker' }, rules: [roles] });
    const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'eve' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'maker' };
    await admin.post(`${rbac}/rolebindings`, { metadata: { name: 'maker' }, subjects, roleRef });
    const counted = 'count/roles.rbac.authorization.k8s.io';
    await limit(at, { [counted]: '5' });
    const more = { metadata: { name: 'more', namespace: ns }, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] };
    await expect(as('eve').kind(Roles).create(more)).rejects.toThrow('attempting to grant RBAC permissions not currently held');
    await untilUsed(at, { [counted]: '1' });
  });

  test('a hundred that come at once: as many as are allowed are made, and all are counted', async () => {
    const { at } = await namespace();
    await limit(at, { configmaps: '30' });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => admin.post(`${at}/configmaps`, configMap(`m${i}`))));
    expect(answers.filter(({ code }) => code === 201)).toHaveLength(30);
    expect(answers.filter(({ code }) => code === 403)).toHaveLength(70);
    await untilUsed(at, { configmaps: '30' });
  });

  test('scopes select the Pods that count', async () => {
    const { at } = await namespace();
    await limit(at, { pods: '1' }, { scopes: ['BestEffort'] });
    expect((await admin.post(`${at}/pods`, pod('a', asking({ cpu: '1' })))).code).toBe(201);
    expect((await admin.post(`${at}/pods`, pod('b'))).code).toBe(201);
    expect((await admin.post(`${at}/pods`, pod('c'))).code).toBe(403);
    expect(await usedIn(at)).toEqual({ pods: '1' });
  });

  test('a Service counts its node ports, a claim its storage', async () => {
    const { at } = await namespace();
    await limit(at, { 'services.nodeports': '1', 'requests.storage': '3Gi', persistentvolumeclaims: '5' });
    const service = (name: string, type: string) => ({ metadata: { name }, spec: { type, ports: [{ port: 80 }] } });
    expect((await admin.post(`${at}/services`, service('a', 'ClusterIP'))).code).toBe(201);
    expect((await admin.post(`${at}/services`, service('b', 'NodePort'))).code).toBe(201);
    expect(messageOf(await admin.post(`${at}/services`, service('c', 'NodePort')))).toContain(
      'exceeded quota: q, requested: services.nodeports=1',
    );
    const turned = await admin.patch(`${at}/services/a`, { spec: { type: 'NodePort' } });
    expect(turned.code).toBe(403);
    const claim = (name: string, storage: string) => ({
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    });
    expect((await admin.post(`${at}/persistentvolumeclaims`, claim('x', '2Gi'))).json<PersistentVolumeClaim>().metadata?.name).toBe('x');
    expect((await admin.post(`${at}/persistentvolumeclaims`, claim('y', '2Gi'))).code).toBe(403);
    await admin.delete(`${at}/services/b`);
    await untilUsed(at, { 'services.nodeports': '0' });
  });

  test('bad quotas are refused', async () => {
    const { at } = await namespace();
    const causes = async (spec: object) =>
      (await admin.post(`${at}/resourcequotas`, { metadata: { name: 'bad' }, spec }))
        .json<{ details: { causes: { field: string; message: string }[] } }>()
        .details.causes.map(({ field, message }) => `${field}: ${message}`);
    expect(await causes({ hard: { pods: '1500m', tigers: '1', 'requests.cpu': '-1' } })).toEqual([
      'spec.hard[pods]: Invalid value: "1500m": must be an integer',
      'spec.hard[tigers]: Invalid value: "tigers": must be a standard resource type or fully qualified',
      'spec.hard[tigers]: Invalid value: "tigers": must be a standard resource for quota',
      'spec.hard[requests.cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ]);
    expect(await causes({ hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] })).toEqual([
      'spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes',
    ]);
    expect(await causes({ hard: { configmaps: '1' }, scopes: ['Terminating'] })).toEqual([
      'spec.scopes: Invalid value: ["Terminating"]: unsupported scope applied to resource',
    ]);
    expect(await causes({ scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] } })).toEqual([
      "spec.scopeSelector.matchExpressions[0].values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ]);
  });
});

describe('R1: LimitRange', () => {
  const limits = (...items: object[]) => ({ metadata: { name: 'l' }, spec: { limits: items } });

  test('containers get what they leave out, and the Pod tells of it', async () => {
    const { at } = await namespace();
    const made = await admin.post(
      `${at}/limitranges`,
      limits({ type: 'Container', max: { cpu: '1' }, min: { cpu: '100m' }, defaultRequest: { memory: '64Mi' } }),
    );
    expect(made.json<LimitRange>().spec?.limits[0]).toMatchObject({ default: { cpu: '1' }, defaultRequest: { cpu: '1', memory: '64Mi' } });
    const { metadata, spec } = (await admin.post(`${at}/pods`, pod('p'))).json<Pod>();
    expect(spec?.containers[0]?.resources).toEqual({ requests: { cpu: '1', memory: '64Mi' }, limits: { cpu: '1' } });
    expect(metadata?.annotations?.['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu, memory request for container c; cpu limit for container c',
    );
    const refused = await admin.post(`${at}/pods`, pod('q', asking({ cpu: '50m' }, { cpu: '2' })));
    expect([refused.code, messageOf(refused)]).toEqual([
      403,
      'pods "q" is forbidden: [minimum cpu usage per Container is 100m, but request is 50m, maximum cpu usage per Container is 1, but limit is 2]',
    ]);
  });

  test('Pods as a whole, ratios and claims have bounds', async () => {
    const { at } = await namespace();
    const item = { type: 'Pod', max: { memory: '1Gi' }, maxLimitRequestRatio: { memory: '2' } };
    await admin.post(`${at}/limitranges`, limits(item, { type: 'PersistentVolumeClaim', min: { storage: '1Gi' } }));
    const refusal = async (spec: object) =>
      messageOf(await admin.post(`${at}/pods`, pod('p', spec))).replace('pods "p" is forbidden: ', '');
    expect(await refusal(asking({ memory: '1Gi' }, { memory: '2Gi' }))).toBe('maximum memory usage per Pod is 1Gi, but limit is 2Gi');
    expect(await refusal(asking({ memory: '100Mi' }, { memory: '300Mi' }))).toBe(
      'memory max limit to request ratio per Pod is 2, but provided ratio is 3.000000',
    );
    const claim = { metadata: { name: 'c' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '500Mi' } } } };
    expect(messageOf(await admin.post(`${at}/persistentvolumeclaims`, claim))).toBe(
      'persistentvolumeclaims "c" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi',
    );
  });

  test('bounds that contradict each other are refused', async () => {
    const { at } = await namespace();
    const { details } = (
      await admin.post(
        `${at}/limitranges`,
        limits({ type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } }, { type: 'Pod', default: { cpu: '1' } }, { type: 'Pod' }),
      )
    ).json<{ details: { causes: { field: string; message: string }[] } }>();
    expect(details.causes.map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
      'spec.limits[0].defaultRequest[cpu]: Invalid value: "1": min value 2 is greater than default request value 1',
      'spec.limits[0].default[cpu]: Invalid value: "1": min value 2 is greater than default value 1',
      "spec.limits[1].default: Forbidden: may not be specified when `type` is 'Pod'",
      'spec.limits[2].type: Duplicate value: "Pod"',
    ]);
  });
});

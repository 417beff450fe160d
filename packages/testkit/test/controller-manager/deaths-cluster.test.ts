import {
  type ClusterRole,
  ClusterRoles,
  ConfigMaps,
  Deployments,
  EndpointSlices,
  EndpointsKind,
  Leases,
  Namespaces,
  Nodes,
  PersistentVolumeClaims,
  PodDisruptionBudgets,
  Pods,
  ReplicaSets,
  ReplicationControllers,
  ServiceAccounts,
  Services,
} from '@kubernats/api';
import { rfc3339, rfc3339Micro } from '@kubernats/clock';
import { expect } from 'vitest';
import type { ControlPlane } from './control-plane.ts';
import { type Story, until, whoeverDies } from './deaths.ts';
import { template } from './living-pods.ts';
import { deployment, isReady, service } from './objects.ts';

const inDefault = (name: string) => ({ name, namespace: 'default' });
const replicas = (count: number) => ({ replicas: count, selector: { matchLabels: { app: 'web' } }, template: template('web', 'a') });
const readyPods = async (plane: ControlPlane) => (await plane.list(Pods)).filter((pod) => isReady(pod) && !pod.metadata?.deletionTimestamp);
const areReady = (plane: ControlPlane, count: number) => async (): Promise<boolean> =>
  (await readyPods(plane)).length === count && (await plane.list(Pods)).length === count;

/** What a scheduler does: all Pods that wait come to this node. */
async function bindAll({ client, list }: ControlPlane, node: string): Promise<void> {
  for (const { metadata, spec } of await list(Pods)) {
    const { name = '', namespace = '', uid } = metadata ?? {};
    if (!spec?.nodeName) await client.kind(Pods).bind({ name, namespace, ...(uid && { uid }) }, { kind: 'Node', name: node });
  }
}

const evicted: Story = {
  what: 'the eviction of Pods by a taint',
  pods: 4,
  async run(plane, pass) {
    const nodes = plane.client.kind(Nodes);
    for (const name of ['n1', 'n2']) await nodes.create({ metadata: { name } });
    await plane.client.kind(ReplicaSets).create({ metadata: inDefault('web'), spec: replicas(2) });
    await until(plane, pass, areReady(plane, 2));
    await bindAll(plane, 'n1');
    await nodes.patch('n1', undefined, 'merge', { spec: { taints: [{ key: 'own', effect: 'NoExecute' }] } });
    const moved = async (): Promise<boolean> =>
      (await areReady(plane, 2)()) && (await plane.list(Pods)).every(({ spec }) => spec?.nodeName !== 'n1');
    await until(plane, pass, moved);
  },
  async check(plane) {
    expect((await plane.client.kind(ReplicaSets).get('web', 'default')).status).toMatchObject({ replicas: 2, terminatingReplicas: 0 });
  },
};

const lostNode: Story = {
  what: 'the loss of a node that is deleted',
  pods: 2,
  async run(plane, pass) {
    const { metadata } = await plane.client.kind(Nodes).create({ metadata: { name: 'n1' } });
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid: metadata?.uid ?? '' }];
    await plane.client.kind(Leases).create({ metadata: { name: 'n1', namespace: 'kube-node-lease', ownerReferences }, spec: {} });
    await plane.client.kind(ReplicaSets).create({ metadata: inDefault('web'), spec: replicas(1) });
    await until(plane, pass, areReady(plane, 1));
    await bindAll(plane, 'n1');
    await plane.client.kind(Nodes).delete('n1');
    await plane.clock.advance(40_000);
    await until(plane, pass, async () => (await areReady(plane, 1)()) && (await readyPods(plane))[0]?.spec?.nodeName === undefined);
  },
  check: async (plane) => expect((await plane.list(Leases)).filter(({ metadata }) => metadata?.name === 'n1')).toEqual([]),
};

const silentNode: Story = {
  what: 'a node that falls silent and comes back',
  pods: 1,
  async run(plane, pass) {
    const nodes = plane.client.kind(Nodes);
    for (const name of ['n1', 'n2']) {
      await nodes.create({ metadata: { name } });
      await plane.client.kind(Leases).create({ metadata: { name, namespace: 'kube-node-lease' }, spec: {} });
    }
    const metadata = { ...inDefault('web'), labels: { app: 'web' } };
    await plane.client.kind(Pods).create({ metadata, spec: { ...template('web', 'a').spec, nodeName: 'n1' } });
    const isTainted = async (): Promise<boolean> => ((await nodes.get('n1')).spec?.taints ?? []).length === 2;
    await beat(plane, 'n1', 'n2');
    await until(plane, pass, areReady(plane, 1));
    for (let seconds = 0; !(await isTainted()) || (await readyPods(plane)).length > 0; seconds++) {
      expect(seconds).toBeLessThan(150);
      await beat(plane, 'n2');
      await pass();
    }
    await until(plane, pass, async () => {
      await beat(plane, 'n1', 'n2');
      return (await nodes.get('n1')).spec?.taints === undefined && (await areReady(plane, 1)());
    });
  },
  check: async (plane) => expect((await plane.list(Nodes)).map(({ spec }) => spec?.taints)).toEqual([undefined, undefined]),
};

/** What the kubelets of these nodes say when all is well. */
async function beat({ client, clock }: ControlPlane, ...names: string[]): Promise<void> {
  for (const name of names) {
    const conditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].map((type) => ({
      type,
      status: type === 'Ready' ? 'True' : 'False',
      lastHeartbeatTime: rfc3339(clock.now()),
    }));
    await client.kind(Nodes).patch(name, undefined, 'strategic', { status: { conditions } }, { subresource: 'status' });
    await client.kind(Leases).patch(name, 'kube-node-lease', 'merge', { spec: { renewTime: rfc3339Micro(clock.now()) } });
  }
}

const namespaceDeletion: Story = {
  what: 'the deletion of a namespace',
  pods: 1,
  async run(plane, pass) {
    await plane.client.kind(Namespaces).create({ metadata: { name: 'shop' } });
    const own = async (name: string): Promise<boolean> => (await plane.list(Namespaces)).some(({ metadata }) => metadata?.name === name);
    const accounts = async (): Promise<number> =>
      (await plane.list(ServiceAccounts)).filter(({ metadata }) => metadata?.namespace === 'shop').length;
    await until(plane, pass, async () => (await accounts()) === 1);
    const web = deployment('web', 1);
    await plane.client.kind(Deployments).create({ ...web, metadata: { name: 'web', namespace: 'shop' } });
    await until(plane, pass, areReady(plane, 1));
    await plane.client.kind(Namespaces).delete('shop');
    await until(plane, pass, async () => !(await own('shop')));
  },
  async check(plane) {
    const left = [...(await plane.list(Deployments)), ...(await plane.list(ReplicaSets)), ...(await plane.list(Pods))];
    expect(left).toEqual([]);
    expect((await plane.list(ConfigMaps)).filter(({ metadata }) => metadata?.namespace === 'shop')).toEqual([]);
  },
};

const budget: Story = {
  what: 'evictions that a budget grants one after the other',
  pods: 4,
  async run(plane, pass) {
    await plane.client.kind(ReplicaSets).create({ metadata: inDefault('web'), spec: replicas(2) });
    const spec = { minAvailable: 1, selector: { matchLabels: { app: 'web' } } };
    await plane.client.kind(PodDisruptionBudgets).create({ metadata: inDefault('web'), spec });
    await until(plane, pass, areReady(plane, 2));
    for (const { metadata } of await readyPods(plane)) {
      const gone = async (): Promise<boolean> => {
        expect((await readyPods(plane)).length).toBeGreaterThanOrEqual(1);
        if (!(await plane.list(Pods)).some(({ metadata: there }) => there?.uid === metadata?.uid)) return true;
        await plane.client
          .kind(Pods)
          .evict(metadata?.name ?? '', 'default')
          .catch(expectTooMany);
        return false;
      };
      await until(plane, pass, gone);
    }
    await until(plane, pass, areReady(plane, 2));
    await pass();
  },
  async check(plane) {
    const { status } = await plane.client.kind(PodDisruptionBudgets).get('web', 'default');
    expect(status).toMatchObject({ disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 });
    expect(status?.disruptedPods).toBeUndefined();
  },
};

function expectTooMany(error: unknown): void {
  expect(error).toMatchObject({ code: 429 });
}

const serviceLife: Story = {
  what: 'the endpoints of a Service whose Pods come and go',
  pods: 2,
  async run(plane, pass) {
    await plane.client.kind(Services).create(service('web', 'web'));
    await plane.client
      .kind(ReplicationControllers)
      .create({ metadata: inDefault('web'), spec: { ...replicas(2), selector: { app: 'web' } } });
    await until(plane, pass, areReady(plane, 2));
    for (const [i, { metadata }] of (await plane.list(Pods)).entries()) {
      const status = { podIP: `10.244.0.${i + 1}`, podIPs: [{ ip: `10.244.0.${i + 1}` }] };
      await plane.client.kind(Pods).patch(metadata?.name ?? '', 'default', 'strategic', { status }, { subresource: 'status' });
    }
    await until(plane, pass, async () => (await addressesOf(plane)).length === 2 && (await oldAddressesOf(plane)).length === 2);
    await plane.client.kind(ReplicationControllers).patch('web', 'default', 'merge', { spec: { replicas: 1 } });
    await until(plane, pass, async () => (await addressesOf(plane)).length === 1 && (await oldAddressesOf(plane)).length === 1);
  },
  async check(plane) {
    const addresses = (await plane.list(Pods)).map(({ status }) => status?.podIP);
    expect([await addressesOf(plane), await oldAddressesOf(plane)]).toEqual([addresses, addresses]);
    const ofWeb = (await plane.list(EndpointSlices)).filter(
      ({ metadata }) => metadata?.namespace === 'default' && metadata.name?.startsWith('web-'),
    );
    expect(ofWeb).toHaveLength(1);
  },
};

async function addressesOf(plane: ControlPlane): Promise<string[]> {
  const slices = (await plane.list(EndpointSlices)).filter(({ metadata }) => metadata?.labels?.['kubernetes.io/service-name'] === 'web');
  return slices.flatMap(({ endpoints = [] }) => endpoints.flatMap(({ addresses }) => addresses));
}

async function oldAddressesOf(plane: ControlPlane): Promise<string[]> {
  const web = (await plane.list(EndpointsKind)).find(({ metadata }) => metadata?.name === 'web');
  return (web?.subsets ?? []).flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip));
}

const small: Story = {
  what: 'what a new namespace, a role and an ephemeral volume get',
  pods: 1,
  async run(plane, pass) {
    const labels = { 'example.com/part': 'yes' };
    const rules = [{ verbs: ['get'], apiGroups: ['example.com'], resources: ['things'] }];
    await plane.client.kind(Namespaces).create({ metadata: { name: 'shop' } });
    await plane.client.kind(ClusterRoles).create({ metadata: { name: 'part', labels }, rules });
    await plane.client
      .kind(ClusterRoles)
      .create({ metadata: { name: 'whole' }, aggregationRule: { clusterRoleSelectors: [{ matchLabels: labels }] } } as ClusterRole);
    const volumeClaimTemplate = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
    const volumes = [{ name: 'scratch', ephemeral: { volumeClaimTemplate } }];
    await plane.client.kind(Pods).create({ metadata: inDefault('sorter'), spec: { ...template('sorter', 'a').spec, volumes } });
    await until(plane, pass, async () => {
      const here = ({ metadata }: { metadata?: { namespace?: string } }): boolean => metadata?.namespace === 'shop';
      const whole = await plane.client.kind(ClusterRoles).get('whole');
      const made = [
        (await plane.list(ServiceAccounts)).filter(here).length,
        (await plane.list(ConfigMaps)).filter(here).length,
        (await plane.list(PersistentVolumeClaims)).length,
      ];
      return made.every((count) => count === 1) && whole.rules?.length === 1;
    });
  },
  check: async (plane) =>
    expect((await plane.list(PersistentVolumeClaims)).map(({ metadata }) => metadata?.name)).toEqual(['sorter-scratch']),
};

for (const story of [evicted, lostNode, silentNode, namespaceDeletion, budget, serviceLife, small]) whoeverDies(story);

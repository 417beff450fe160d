import type { KindRef, KubeObject } from '@kubernats/api';
import { createApiServer, type UserInfo } from '@kubernats/apiserver';
import { API_SERVER_IDENTITY, type Bus, nodeSubject } from '@kubernats/bus';
import { type ApiTransport, type Client, createClient, silentLog } from '@kubernats/client';
import { type Clock, realClock, realIds, realRandom, seededIds, seededRandom } from '@kubernats/clock';
import { noMetrics } from '@kubernats/controller';
import { createMemoryFiles } from '@kubernats/files';
import { type Address, type AddressPlan, addressPlan, loopbackNetwork, type Network, VirtualNetwork } from '@kubernats/net';
import { readSetup, type SetupSources } from '@kubernats/scheduler';
import { machineBackends } from '@kubernats/volumes';
import { applyObjects, type Manifest } from './apply.ts';
import { memoryBackbone, natsBackbone } from './backbone.ts';
import { ADDONS, COMPONENTS, startComponent } from './components.ts';
import { openHttps } from './https-door.ts';
import { claimLoopbackSlot } from './loopback-slot.ts';
import { nodesOfOptions } from './nodes-of-options.ts';
import type { TestClusterOptions } from './options.ts';
import { type WaitOptions, waitUntil } from './wait-for.ts';

/** A cluster in this process: every component as its own process would have it, on other adapters. */
export interface TestCluster extends AsyncDisposable {
  /** The cluster administrator's. */
  readonly client: Client;
  readonly clock: Clock;
  /** Where Pods, Services and nodes are reached: `cluster.network.dial({ host: clusterIP, port })`. */
  readonly network: Network;
  readonly plan: AddressPlan;
  /** For kubectl and other clients; with the option `https` only. */
  readonly kubeconfig: string | undefined;
  /** The API as this user: what RBAC lets them do. Everybody is in `system:authenticated`. */
  transportFor(user: string | UserInfo): ApiTransport;
  clientFor(user: string | UserInfo): Client;
  /** Creates each object of a manifest (YAML text or objects), or merges it into the one that is there. */
  apply(manifest: Manifest): Promise<KubeObject[]>;
  /** The first object of the kind that the predicate takes, now or once there is one. Rejects after `timeoutMs`, saying what there is. */
  waitFor<T extends KubeObject>(kind: KindRef<T>, predicate: (object: T) => boolean, options?: WaitOptions): Promise<T>;
  /** The objects of the kind, once the predicate takes them all together. */
  waitForAll<T extends KubeObject>(kind: KindRef<T>, predicate: (objects: T[]) => boolean, options?: WaitOptions): Promise<T[]>;
  /** Takes a node's power away: it falls silent, and what ran on it is gone. */
  stopNode(name: string): Promise<void>;
  /** Gives it back. */
  startNode(name: string): Promise<void>;
  /** Stops every component and closes every socket. */
  stop(): Promise<void>;
}

const ADMIN: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
const CLUSTER = 'test';
const SWITCH_TIMEOUT_MS = 10_000;

/** Starts a cluster and resolves when its nodes are Ready. Dispose of it with `await using`, or `stop`. */
export async function startCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { clock = realClock, log = silentLog, seed } = options;
  const random = seed === undefined ? realRandom : seededRandom(seed);
  const ids = seed === undefined ? realIds : seededIds(random);
  const onError = (error: unknown): void => log.error({ error }, 'bus');
  const started = new AsyncDisposableStack();
  try {
    const { network, plan } = await networkOf(options, started);
    const backbone = started.use(await (options.bus === 'nats' ? natsBackbone : memoryBackbone)({ cluster: CLUSTER, clock, ids, onError }));
    const apiServerBus = await backbone.connect(API_SERVER_IDENTITY);
    started.defer(() => apiServerBus.close());
    const deps = { bus: apiServerBus, stores: backbone.stores, clock, ids, random, log, network };
    const apiServer = started.use(createApiServer(deps, { cluster: CLUSTER, serviceCidr: plan.serviceCidr }));
    await apiServer.ready;
    const access = options.https ? await openHttps(apiServer, { clock, network, serviceIp: plan.kubernetesServiceIp }) : undefined;
    const rootCa = access?.caPem ?? '';
    const surroundings = {
      ...{ cluster: CLUSTER, backbone, apiServer, rootCa, network, plan, clock, random, ids, log, metrics: noMetrics },
      ...{ clusterDns: clusterDnsOf(plan), resolvConf: '' },
      ...{ images: options.images, imagesFolder: options.imagesFolder },
      ...nodesOfOptions(options, plan),
      pool: 'testkit',
      diskOf: () => createMemoryFiles(clock),
      storage: createMemoryFiles(clock),
      backends: await machineBackends({ folder: options.storageBackendsFolder, clock, log }),
      scheduling: await readSetup(schedulingSources(options), clock, log),
    };
    const rows = [...COMPONENTS, ...(options.addons ?? []).map((name) => ADDONS[name])];
    const components = await Promise.all(rows.map((row) => startComponent(row, surroundings)));
    started.defer(async () => {
      await Promise.all(components.map((component) => component[Symbol.asyncDispose]()));
    });
    const transportFor = (user: string | UserInfo): ApiTransport =>
      apiServer.transportFor(typeof user === 'string' ? { name: user, groups: ['system:authenticated'] } : user, 'testkit');
    const admin = transportFor(ADMIN);
    const client = createClient(admin);
    const all = started.move();
    const stop = (): Promise<void> => (all.disposed ? Promise.resolve() : all.disposeAsync());
    return {
      client,
      clock,
      network,
      plan,
      kubeconfig: access?.kubeconfig,
      transportFor,
      clientFor: (user) => createClient(transportFor(user)),
      apply: (manifest) => applyObjects(client, manifest),
      waitFor: (kind, predicate, where) => waitUntil(admin, kind, (objects) => objects.find(predicate), where),
      waitForAll: (kind, predicate, where) => waitUntil(admin, kind, (objects) => (predicate(objects) ? objects : undefined), where),
      stopNode: (name) => switchNode(apiServerBus, name, 'stop'),
      startNode: (name) => switchNode(apiServerBus, name, 'start'),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

const schedulingSources = ({ schedulerConfig: content, schedulerPluginsFolder: pluginsFolder }: TestClusterOptions): SetupSources => ({
  configuration: content === undefined ? undefined : { content, file: 'schedulerConfig' },
  pluginsFolder,
});

async function switchNode(bus: Bus, name: string, action: 'stop' | 'start'): Promise<void> {
  const request = new TextEncoder().encode(JSON.stringify({ action }));
  const data = await bus.request(nodeSubject(CLUSTER, name, 'control'), request, { timeoutMs: SWITCH_TIMEOUT_MS });
  const answer: unknown = JSON.parse(new TextDecoder().decode(data));
  if (typeof answer === 'object' && answer !== null && 'error' in answer) throw new Error(`node ${name}: ${String(answer.error)}`);
}

/** Real sockets below 1024 are not everybody's to open. */
const clusterDnsOf = ({ kind, dnsServiceIp: host }: AddressPlan): Address => ({ host, port: kind === 'loopback' ? 1053 : 53 });

async function networkOf(options: TestClusterOptions, started: AsyncDisposableStack): Promise<{ network: Network; plan: AddressPlan }> {
  if (options.network !== 'loopback') return { network: new VirtualNetwork(), plan: addressPlan('virtual') };
  const { plan, lock } = await claimLoopbackSlot();
  started.use(lock);
  return { network: loopbackNetwork(), plan };
}

import type { CoreEvent, Node, Pod, PodSpec } from '@kubernats/api';
import { API_SERVER_IDENTITY, type Bus, MemoryBusServer, permissionsOf } from '@kubernats/bus';
import { createClient, silentLog } from '@kubernats/client';
import { type Clock, realClock, seededIds, seededRandom } from '@kubernats/clock';
import type { Image } from '@kubernats/containers';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { VirtualNetwork } from '@kubernats/net';
import { createKubeletSim, KUBELET_DEFAULTS, type KubeletSim, type KubeletSimConfig } from '../src/index.ts';
import { FakeApi } from './fake-api.ts';

/** Where no test of the kubelet alone has a server. */
const CLUSTER_DNS = { host: '10.96.0.10', port: 53 };

/** A kubelet with one node, alone with a small API: everything in memory. */
export class KubeletFixture {
  readonly clock: Clock;
  readonly api: FakeApi;
  readonly network = new VirtualNetwork();
  readonly disks = new Map<string, Files>();
  readonly bus: Bus;
  /** Another participant of the bus: the API server's side. */
  readonly otherBus: Bus;
  readonly #images: readonly Image[];
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  kubelet!: KubeletSim;

  constructor(options: { clock?: Clock; images?: readonly Image[] } = {}) {
    this.clock = options.clock ?? realClock;
    this.#images = options.images ?? [];
    this.api = new FakeApi(this.clock);
    const server = new MemoryBusServer();
    const identity = 'system:node:node1';
    this.bus = server.connect({ identity, permissions: permissionsOf('default', identity, ['node1']) });
    this.otherBus = server.connect({ identity: API_SERVER_IDENTITY });
  }

  disk(node: string): Files {
    let files = this.disks.get(node);
    if (!files) {
      files = createMemoryFiles(this.clock);
      this.disks.set(node, files);
    }
    return files;
  }

  /** Starts the kubelet and gives its node a range, as the node IPAM controller does. */
  async start(config: Partial<KubeletSimConfig> = {}): Promise<void> {
    const { clock, api, network, bus } = this;
    const random = seededRandom(1);
    const deps = { bus, transport: api, client: createClient(api), clock, random, ids: seededIds(random), log: silentLog, network };
    const nodes = [{ name: 'node1', ip: '172.30.0.1' }];
    this.kubelet = createKubeletSim(
      { ...deps, diskOf: (node) => this.disk(node), images: this.#images },
      { ...KUBELET_DEFAULTS, cluster: 'default', pool: 'node1', nodes, events: true, clusterDns: CLUSTER_DNS, ...config },
    );
    this.#stop = new AbortController();
    this.#running = this.kubelet.run(this.#stop.signal);
    await this.until(() => api.get<Node>('nodes', 'node1'));
    const node = api.get<Node>('nodes', 'node1');
    if (node && node.spec?.podCIDR === undefined) api.put('nodes', { ...node, spec: { ...node.spec, podCIDR: '10.244.0.0/24' } } as Node);
    await this.kubelet.ready;
  }

  /** A process that is killed: nothing is told to anybody. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#running;
  }

  /** A Pod that the scheduler has bound to the node. */
  bind(name: string, spec: Partial<PodSpec> = {}, metadata: Pod['metadata'] = {}): void {
    const containers = [{ name: 'main', image: 'example.com/app:1', ports: [{ containerPort: 8000 }] }];
    this.api.put('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', ...metadata },
      spec: { containers, restartPolicy: 'Always', terminationGracePeriodSeconds: 30, ...spec, nodeName: 'node1' },
      status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] },
    } as Pod);
  }

  pod(name: string): Pod | undefined {
    return this.api.get<Pod>('pods', name, 'default');
  }

  /** The Pod once it is as wanted. */
  async podThat(name: string, is: (pod: Pod) => boolean): Promise<Pod> {
    return this.until(() => {
      const pod = this.pod(name);
      return pod && is(pod) ? pod : undefined;
    });
  }

  runs(name: string): Promise<Pod> {
    return this.podThat(name, (pod) => pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true);
  }

  ends(name: string): Promise<Pod> {
    return this.podThat(name, (pod) => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed');
  }

  /** What `kubectl describe` would show of Pods, or of Nodes: `Reason: message`. */
  events(kind: 'Pod' | 'Node' = 'Pod'): string[] {
    const of = this.api.list<CoreEvent>('events').filter(({ involvedObject }) => involvedObject.kind === kind);
    return of.map(({ reason, message }) => `${reason}: ${message}`);
  }

  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

import type { Node, Pod } from '@kubernats/api';
import { API_SERVER_IDENTITY, type Bus, MemoryBusServer, permissionsOf } from '@kubernats/bus';
import { createClient, type Log, silentLog } from '@kubernats/client';
import { SteppedClock, seededIds, seededRandom } from '@kubernats/clock';
import { createKubeletSim, KUBELET_DEFAULTS, type KubeletSim, type KubeletSimConfig, type NodeConfig } from '../src/index.ts';
import { ApiFixture } from './api.fixture.ts';
import { StorageFixture } from './storage.fixture.ts';

export interface RunningKubelet {
  kubelet: KubeletSim;
  /** The process is killed: nothing is told to anybody. */
  kill(): Promise<void>;
}

/** An API and a network on which several kubelets may live, with as many nodes as a test wants; time is stepped. */
export class PoolFixture extends ApiFixture<SteppedClock> {
  readonly otherBus: Bus;
  readonly outside = new StorageFixture(this.clock);
  readonly #bus = new MemoryBusServer();
  readonly #running: RunningKubelet[] = [];
  #seed = 0;

  constructor() {
    super(new SteppedClock());
    this.otherBus = this.#bus.connect({ identity: API_SERVER_IDENTITY });
  }

  /** Starts a kubelet, and gives its nodes ranges as the node IPAM controller does. */
  async start(
    nodes: readonly Omit<NodeConfig, 'ip'>[],
    config: Partial<KubeletSimConfig> = {},
    log: Log = silentLog,
  ): Promise<RunningKubelet> {
    const { clock, api, network } = this;
    const random = seededRandom(++this.#seed);
    const identity = 'system:node:pool';
    const names = nodes.map(({ name }) => name);
    const bus = this.#bus.connect({ identity, permissions: permissionsOf('default', identity, names) });
    const kubelet = createKubeletSim(
      {
        ...{ bus, transport: api, client: createClient(api), clock, random, ids: seededIds(random), log, network },
        diskOf: (node) => this.disk(node),
        ...{ backends: this.outside.backends, storage: this.outside.files },
      },
      {
        ...KUBELET_DEFAULTS,
        ...{ cluster: 'default', pool: 'pool', nodes: nodes.map((node, i) => ({ ...node, ip: `172.30.0.${i + 1}` })) },
        ...config,
      },
    );
    const stop = new AbortController();
    const running = kubelet.run(stop.signal);
    const started: RunningKubelet = {
      kubelet,
      async kill() {
        stop.abort();
        await running;
      },
    };
    this.#running.push(started);
    for (const [i, name] of names.entries()) {
      const node = await this.until(() => api.get<Node>('nodes', name));
      if (node.spec?.podCIDR !== undefined) continue;
      const podCIDR = `10.${244 + Math.floor(i / 256)}.${i % 256}.0/24`;
      api.put('nodes', { ...node, spec: { ...node.spec, podCIDR } } as Node);
    }
    await kubelet.ready;
    return started;
  }

  bind(name: string, nodeName: string, part: { metadata?: Pod['metadata']; spec?: Partial<NonNullable<Pod['spec']>> } = {}): void {
    this.api.put('pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', ...part.metadata },
      spec: { containers: [{ name: 'main', image: 'example.com/app:1', ports: [{ containerPort: 8000 }] }], ...part.spec, nodeName },
      status: { phase: 'Pending' },
    } as Pod);
  }

  isReady(name: string): boolean {
    return this.pod(name)?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  }

  node(name: string): Node | undefined {
    return this.api.get<Node>('nodes', name);
  }

  /** The status of a node's condition. */
  condition(node: string, wanted: string): string | undefined {
    return this.node(node)?.status?.conditions?.find(({ type }) => type === wanted)?.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { kill } of this.#running) await kill();
  }
}

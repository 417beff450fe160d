import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Nodes } from '@kubernats/api';
import { createClient, type HttpsTransport } from '@kubernats/client';
import { natsServerProgram } from '@kubernats/testing/nats-server';
import { RealCluster } from '@kubernats/testing/real-cluster';
import { freePort } from '../../support/free-port.ts';
import { openSockets } from '../../support/sockets.ts';
import type { Component, Fault, FaultKind } from '../faults.ts';
import type { Inventory } from '../history/inventory.ts';
import { until } from '../until.ts';
import { httpGet } from './http-get.ts';
import { NatsRelay } from './nats-relay.ts';
import { listeners, namesIn, processesWith } from './proc.ts';
import { type Supervised, supervised } from './supervised.ts';
import type { Target } from './target.ts';
import { transportOf } from './transport.ts';

const NODES = 3;
const BEHIND_RELAY = fileURLToPath(new URL('behind-relay.sh', import.meta.url));

/** Components, and the name under which each is known to NATS. */
const IDENTITIES: Readonly<Record<string, string>> = {
  apiserver: 'system:apiserver',
  scheduler: 'system:kube-scheduler',
  'controller-manager': 'system:kube-controller-manager',
  'volume-controller': 'system:kubernats:volume-controller',
  'kubelet-sim': 'system:node:local',
  'service-proxy': 'system:kube-proxy',
};
const OF_COMPONENTS: readonly FaultKind[] = ['kill', 'stop', 'pause', 'cut', 'stall'];
const OF_NATS: readonly FaultKind[] = ['kill', 'stop', 'pause'];

/** A cluster as `npm start` makes it, in a folder of its own: its processes are ended and halted, and a relay stands between them and NATS. */
export class Processes implements Target {
  readonly components: readonly Component[];
  readonly transport: HttpsTransport;
  readonly nodes: ReadonlyMap<string, string>;
  readonly #cluster: RealCluster;
  readonly #relay: NatsRelay;
  readonly #resolver = new Resolver({ timeout: 2000, tries: 1 });
  /** The process that a fault was done to. */
  readonly #victims = new Map<number, number>();

  private constructor(cluster: RealCluster, relay: NatsRelay, transport: HttpsTransport, nodes: ReadonlyMap<string, string>) {
    this.#cluster = cluster;
    this.#relay = relay;
    this.transport = transport;
    this.nodes = nodes;
    this.components = [
      ...Object.keys(IDENTITIES).map((name) => ({ name, faults: OF_COMPONENTS })),
      { name: 'nats-server', faults: OF_NATS },
      ...[...nodes.keys()].map((name) => ({ name, faults: ['power-off' as const] })),
    ];
    const { dns } = this.#supervised();
    this.#resolver.setServers([`${dns.host}:${dns.port}`]);
  }

  /** `home`: an empty folder for all that the cluster keeps; its logs stay there. */
  static async start(home: string): Promise<Processes> {
    const natsPort = await freePort();
    const env = {
      KUBERNATS_NATS_SERVER: BEHIND_RELAY,
      KUBERNATS_CHAOS_NATS_SERVER: natsServerProgram(),
      KUBERNATS_CHAOS_NATS_PORT: String(natsPort),
    };
    const cluster = new RealCluster({ home, nodes: NODES, env });
    const opened = until(() => supervised(join(home, cluster.name))?.natsUrl).then((url) =>
      NatsRelay.open(Number(new URL(url ?? '').port), natsPort),
    );
    await cluster.up();
    const transport = transportOf(cluster.kubeconfig);
    const { items } = await createClient(transport).kind(Nodes).list();
    const nodes = items.map(({ metadata, status }) => [metadata?.name ?? '', status?.addresses?.[0]?.address ?? ''] as const);
    return new Processes(cluster, await opened, transport, new Map(nodes));
  }

  carrierTo(): string {
    return 'service-proxy';
  }

  get(host: string, port: number, timeoutMs: number): Promise<string> {
    return httpGet(host, port, AbortSignal.timeout(timeoutMs));
  }

  async resolve(name: string): Promise<string> {
    return (await this.#resolver.resolve4(name))[0] ?? '';
  }

  async begin({ id, kind, component }: Fault): Promise<void> {
    if (kind === 'power-off') return this.#node('stop', component);
    if (kind === 'cut' || kind === 'stall') return this.#relay.begin(IDENTITIES[component] ?? '', kind);
    const pid = this.#supervised().children[component]?.process.pid;
    if (pid === undefined) throw new Error(`${component} does not run`);
    this.#victims.set(id, pid);
    process.kill(pid, kind === 'kill' ? 'SIGKILL' : kind === 'stop' ? 'SIGTERM' : 'SIGSTOP');
  }

  async heal({ id, kind, component }: Fault): Promise<void> {
    if (kind === 'power-off') return this.#node('start', component);
    if (kind === 'cut' || kind === 'stall') return this.#relay.heal(IDENTITIES[component] ?? '');
    const pid = this.#victims.get(id) ?? 0;
    if (kind === 'pause') process.kill(pid, 'SIGCONT');
    else {
      const child = this.#supervised().children[component];
      if (!child?.ready || child.process.pid === pid) throw new Error(`${component} is not back`);
    }
    this.#victims.delete(id);
  }

  async #node(action: 'stop' | 'start', name: string): Promise<void> {
    const { code, stderr } = await this.#cluster.kubernats('node', action, name);
    if (code !== 0) throw new Error(stderr.trim());
  }

  async inventory(): Promise<Inventory> {
    const { slot } = this.#supervised();
    const open = openSockets(this.#cluster).flatMap(({ protocol, host, port }) => (protocol === 'tcp' ? { ip: host, port } : []));
    // docs/ARCHITECTURE.md, "One machine, or many": the ranges of a slot.
    const isPods = (ip: string): boolean => Math.floor((Number(ip.split('.')[1]) - 128) / 8) === slot;
    const top = this.#top;
    const eachNode = <T>(look: (node: string, root: string) => T[]): T[] =>
      [...this.nodes.keys()].flatMap((node) => look(node, join(top, 'nodes', node, 'var/lib')));
    return {
      podSockets: open.filter(({ ip }) => isPods(ip)),
      serviceSockets: open.filter(({ ip }) => ip.startsWith(`127.${96 + slot}.`)),
      nodePorts: [...this.nodes].flatMap(([node, address]) =>
        open.filter(({ ip, port }) => ip === address && port >= 30_000 && port < 32_768).map(({ port }) => ({ node, port })),
      ),
      podFolders: eachNode((node, root) => namesIn(join(root, 'kubelet/pods')).map((uid) => ({ node, uid }))),
      mounts: eachNode((node, root) => {
        const plugins = join(root, 'kubelet/plugins/kubernats.dev');
        return namesIn(plugins).flatMap((backend) =>
          namesIn(join(plugins, backend)).map((folder) => ({ node, ...mountIn(join(plugins, backend, folder)) })),
        );
      }),
      storage: [
        ...eachNode((node, root) => namesIn(join(root, 'kubernats/volumes')).map((volume) => ({ volume, where: node }))),
        ...namesIn(join(top, 'storage/block')).flatMap((driver) =>
          namesIn(join(top, 'storage/block', driver)).map((volume) => ({ volume, where: driver })),
        ),
      ],
    };
  }

  async end(): Promise<string[]> {
    const { slot } = this.#supervised();
    this.transport[Symbol.dispose]();
    await this.#cluster.down();
    await this.#relay[Symbol.asyncDispose]();
    return [
      ...processesWith(this.#top).map(({ pid, command }) => `process ${pid}: ${command}`),
      ...listeners().flatMap(({ ip, port }) => (rangesOf(slot).some((range) => ip.startsWith(range)) ? `socket ${ip}:${port}` : [])),
    ];
  }

  get #top(): string {
    return join(this.#cluster.home, this.#cluster.name);
  }

  #supervised(): Supervised {
    const state = supervised(this.#top);
    if (state === undefined) throw new Error('the cluster has no supervisor');
    return state;
  }
}

/** What a kubelet notes of a volume that it mounted. */
function mountIn(folder: string): { volume: string; pods: string[] } {
  try {
    const { volume, pods } = JSON.parse(readFileSync(join(folder, 'vol_data.json'), 'utf8'));
    return { volume: volume.handle, pods };
  } catch {
    return { volume: folder, pods: [] };
  }
}

/** The beginnings of all addresses that a cluster of this slot alone uses: its nodes, Services and Pods. */
const rangesOf = (slot: number): string[] => [
  `127.${10 + slot}.`,
  `127.${96 + slot}.`,
  ...Array.from({ length: 8 }, (_, i) => `127.${128 + 8 * slot + i}.`),
];

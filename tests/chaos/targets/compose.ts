import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Nodes, Services } from '@kubernats/api';
import { createClient, type HttpsTransport } from '@kubernats/client';
import { ROOT, run } from '@kubernats/testing/real-cluster';
import { freePort } from '../../support/free-port.ts';
import type { Component, Fault, FaultKind } from '../faults.ts';
import type { Inventory } from '../history/inventory.ts';
import { until } from '../until.ts';
import { Inside } from './inside.ts';
import { listenersIn } from './proc.ts';
import type { Target } from './target.ts';
import { transportOf } from './transport.ts';

const KUBECONFIG = join(ROOT, '.kubernats/compose/kubeconfig');
const PROJECT = 'kubernats-chaos';
const SERVICES = ['nats', 'apiserver', 'scheduler', 'controller-manager', 'volume-controller'];
const NODES = 3;
const OF_CONTAINERS: readonly FaultKind[] = ['kill', 'stop', 'pause', 'cut'];
const READY_PATIENCE_MS = 180_000;

/** An address that Docker gives to nobody else while its container is off the network. */
const fixed = (last: number): string => `networks: { cluster: { ipv4_address: "\${KUBERNATS_NETWORK:-172.30}.253.${last}" } }`;

/** Beside the project's compose file. No node port is published: all is called inside, next to a proxy that no fault is done to and that answers for DNS. */
const OVERRIDE = `
services:
  service-proxy: { ports: !reset [], environment: { KUBERNATS_CLUSTER_DNS: '10.96.0.10:53' }, ${fixed(1)} }
  nats: { ${fixed(2)} }
  scheduler: { ${fixed(3)} }
  controller-manager: { ${fixed(4)} }
  volume-controller: { ${fixed(5)} }
`;

/** Containers: they are killed, stopped, paused, and taken off their network. Each node is a container with a kubelet and a proxy. */
export class Compose implements Target {
  readonly components: readonly Component[];
  readonly transport: HttpsTransport;
  readonly nodes: ReadonlyMap<string, string>;
  readonly #folder: string;
  readonly #docker: Docker;
  readonly #inside: Inside;
  readonly #dns: string;
  /** Of components and nodes. */
  readonly #containers: ReadonlyMap<string, Container>;

  private constructor(found: {
    folder: string;
    docker: Docker;
    transport: HttpsTransport;
    nodes: ReadonlyMap<string, string>;
    containers: ReadonlyMap<string, Container>;
    caller: string;
    dns: string;
  }) {
    this.#folder = found.folder;
    this.#docker = found.docker;
    this.transport = found.transport;
    this.nodes = found.nodes;
    this.#containers = found.containers;
    this.#dns = found.dns;
    this.#inside = new Inside(found.caller);
    this.components = [...found.containers.keys()].map((name) => ({ name, faults: OF_CONTAINERS }));
  }

  /** A new cluster of the images that were built (`docker compose build`). `folder`: where what belongs to it is written, and its logs in the end. */
  static async start(folder: string): Promise<Compose> {
    mkdirSync(folder, { recursive: true });
    const override = join(folder, 'compose.chaos.yaml');
    writeFileSync(override, OVERRIDE);
    const docker = new Docker({ COMPOSE_PROJECT_NAME: PROJECT, KUBERNATS_API_PORT: String(await freePort()) }, [
      '--file',
      join(ROOT, 'compose.yaml'),
      '--file',
      override,
    ]);
    await docker.compose('down', '--volumes', '--timeout', '5');
    await docker.compose('up', '--detach', '--no-build', '--scale', `kubelet-sim=${NODES}`);
    const transport = transportOf(KUBECONFIG);
    const client = createClient(transport);
    const ready = await until(async () => {
      const { items } = await client.kind(Nodes).list();
      const isReady = items.filter(({ status }) => status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'));
      return isReady.length === NODES ? items : undefined;
    }, READY_PATIENCE_MS);
    if (ready === undefined) throw new Error(`not all of ${NODES} nodes are ready: docker compose --project-name ${PROJECT} logs`);
    const nodes = new Map(ready.map(({ metadata, status }) => [metadata?.name ?? '', status?.addresses?.[0]?.address ?? '']));
    const all = await docker.containers();
    const containers = new Map([
      ...SERVICES.flatMap((name) => all.filter(({ service }) => service === name).map((container) => [name, container] as const)),
      ...[...nodes].flatMap(([name, address]) =>
        all.filter((each) => each.address === address).map((container) => [name, container] as const),
      ),
    ]);
    const caller = all.find(({ service }) => service === 'service-proxy')?.name ?? '';
    const dns = (await client.kind(Services).get('kube-dns', 'kube-system')).spec?.clusterIP ?? '';
    return new Compose({ folder, docker, transport, nodes, containers, caller, dns });
  }

  carrierTo(node: string | undefined): string {
    return node ?? 'service-proxy';
  }

  get(host: string, port: number, timeoutMs: number): Promise<string> {
    return this.#inside.ask({ host, port, timeoutMs });
  }

  resolve(name: string): Promise<string> {
    return this.#inside.ask({ name, server: this.#dns });
  }

  async begin({ kind, component }: Fault): Promise<void> {
    const { name, network } = this.#container(component);
    if (kind === 'cut') await this.#docker.run('network', 'disconnect', network, name);
    else await this.#docker.run(kind, name);
  }

  async heal({ kind, component }: Fault): Promise<void> {
    const { name, network, address, service } = this.#container(component);
    if (kind === 'pause') await this.#docker.run('unpause', name);
    else if (kind === 'cut') {
      if (!(await this.#docker.isOn(name, network)))
        await this.#docker.run('network', 'connect', '--ip', address, '--alias', service, network, name);
    } else await this.#docker.run('start', name);
    // nats has no such program; whoever is ready has reached it.
    if (service !== 'nats') await this.#docker.run('exec', name, 'healthy');
  }

  async inventory(): Promise<Inventory> {
    const ofNodes = await Promise.all(
      [...this.nodes].map(async ([node, address]) => {
        const { name } = this.#container(node);
        const inContainer = (script: string): Promise<string> => this.#docker.run('exec', name, 'sh', '-c', script);
        const open = listenersIn(await inContainer('cat /proc/net/tcp'));
        const root = `/var/lib/kubernats/nodes/${node}/var/lib`;
        const names = async (folder: string): Promise<string[]> =>
          (await inContainer(`ls ${root}/${folder} 2>/dev/null || true`)).split('\n').filter((each) => each !== '');
        const records = await inContainer(
          `cat ${root}/kubelet/plugins/kubernats.dev/*/*/vol_data.json 2>/dev/null | sed 's/}{/}\\n{/g' || true`,
        );
        return {
          podSockets: open.filter(({ ip }) => ip.startsWith('10.244.')),
          serviceSockets: open.filter(({ ip }) => ip.startsWith('10.96.')),
          nodePorts: open.filter(({ ip, port }) => ip === address && port >= 30_000 && port < 32_768).map(({ port }) => ({ node, port })),
          podFolders: (await names('kubelet/pods')).map((uid) => ({ node, uid })),
          mounts: records.split('\n').flatMap((line) => {
            if (line === '') return [];
            const { volume, pods } = JSON.parse(line) as { volume: { handle: string }; pods: string[] };
            return { node, volume: volume.handle, pods };
          }),
          storage: (await names('kubernats/volumes')).map((volume) => ({ volume, where: node })),
        };
      }),
    );
    const all = <Kind extends keyof Inventory>(kind: Kind): Inventory[Kind][number][] => ofNodes.flatMap((each) => [...each[kind]]);
    return {
      ...{ podSockets: all('podSockets'), serviceSockets: all('serviceSockets'), nodePorts: all('nodePorts') },
      ...{ podFolders: all('podFolders'), mounts: all('mounts'), storage: all('storage') },
    };
  }

  async end(): Promise<string[]> {
    this.transport[Symbol.dispose]();
    this.#inside[Symbol.dispose]();
    writeFileSync(join(this.#folder, 'compose.log'), await this.#docker.compose('logs', '--no-color', '--timestamps'));
    await this.#docker.compose('down', '--volumes', '--timeout', '5');
    const label = `label=com.docker.compose.project=${PROJECT}`;
    const list = async (...args: string[]): Promise<string[]> =>
      (await this.#docker.run(...args, '--quiet', '--filter', label)).split('\n').filter((each) => each !== '');
    return [
      ...(await list('ps', '--all')).map((id) => `container ${id}`),
      ...(await list('volume', 'ls')).map((name) => `volume ${name}`),
      ...(await list('network', 'ls')).map((id) => `network ${id}`),
    ];
  }

  #container(component: string): Container {
    const container = this.#containers.get(component);
    if (container === undefined) throw new Error(`there is no container of ${component}`);
    return container;
  }
}

interface Container {
  name: string;
  service: string;
  network: string;
  address: string;
}

/** The Docker of this machine. */
class Docker {
  readonly #env: Record<string, string>;
  readonly #files: readonly string[];

  constructor(env: Record<string, string>, files: readonly string[]) {
    this.#env = env;
    this.#files = files;
  }

  /** What it printed; throws with what it said when it fails. */
  async run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run('docker', args, { cwd: ROOT, env: this.#env });
    if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr.trim()}`);
    return stdout;
  }

  compose(...args: string[]): Promise<string> {
    return this.run('compose', ...this.#files, ...args);
  }

  /** All of the project that run. */
  async containers(): Promise<Container[]> {
    const ids = (await this.compose('ps', '--quiet')).split('\n').filter((id) => id !== '');
    const inspected = JSON.parse(await this.run('inspect', ...ids)) as Inspected[];
    return inspected.map(({ Name, Config, NetworkSettings }) => {
      const [[network, { IPAddress }] = ['', { IPAddress: '' }]] = Object.entries(NetworkSettings.Networks);
      return { name: Name.slice(1), service: Config.Labels['com.docker.compose.service'] ?? '', network, address: IPAddress };
    });
  }

  async isOn(container: string, network: string): Promise<boolean> {
    const [found] = JSON.parse(await this.run('inspect', container)) as Inspected[];
    return found !== undefined && network in found.NetworkSettings.Networks;
  }
}

interface Inspected {
  Name: string;
  Config: { Labels: Record<string, string> };
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
}

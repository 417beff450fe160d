import type { ApiServer } from '@kubernats/apiserver';
import type { Bus } from '@kubernats/bus';
import {
  type ApiTransport,
  type Client,
  createClient,
  createInformerSet,
  type InformerSet,
  type Log,
  natsTransport,
} from '@kubernats/client';
import type { Clock, Ids, Random } from '@kubernats/clock';
import { createUserImages, type UserImages } from '@kubernats/containers';
import { noMetrics } from '@kubernats/controller';
import { COLLECTED_KINDS, createControllerManager } from '@kubernats/controller-manager';
import type { Files } from '@kubernats/files';
import { createKubeletSim, KUBELET_DEFAULTS } from '@kubernats/kubelet-sim';
import { type AddressPlan, type Network, nodeAddress } from '@kubernats/net';
import { createScheduler } from '@kubernats/scheduler';
import { createServiceProxy } from '@kubernats/service-proxy';
import { createVolumeController } from '@kubernats/volume-controller';
import type { Backbone } from './backbone.ts';
import type { TestClusterOptions } from './options.ts';

/** What the components of a cluster share. */
export interface Surroundings {
  cluster: string;
  backbone: Pick<Backbone, 'connect'>;
  apiServer: ApiServer;
  /** For Pods, PEM. Empty where the API server has no HTTPS door. */
  rootCa: string;
  network: Network;
  plan: AddressPlan;
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  /** The identity of the kubelet's nodes. */
  pool: string;
  /** A node's disk. */
  diskOf(node: string): Files;
  /** What all nodes reach: network file systems. */
  shared: Files;
  options: Pick<TestClusterOptions, 'nodes' | 'nodeCpu' | 'nodeMemory' | 'fidelity' | 'images' | 'imagesFolder'>;
}

/** A component on its own connection to the cluster: as its `main.ts` has it. */
interface ComponentContext extends Surroundings {
  bus: Bus;
  transport: ApiTransport;
  client: Client;
  informers: InformerSet;
}

interface Running {
  ready: Promise<void>;
  run(signal: AbortSignal): Promise<unknown>;
}

interface ComponentRow {
  name: string;
  identity(surroundings: Surroundings): string;
  /** The nodes whose subjects it serves. */
  nodes?(surroundings: Surroundings): string[];
  create(context: ComponentContext): Running;
}

export const nodeNames = (count = 1): string[] => Array.from({ length: count }, (_, i) => `node${i + 1}`);

/** Every component beside the API server, in no order: each waits for what it needs. */
export const COMPONENTS: readonly ComponentRow[] = [
  {
    name: 'scheduler',
    identity: () => 'system:kube-scheduler',
    create: ({ client, informers, clock, random, log }) => createScheduler({ client, informers, clock, random, log }),
  },
  {
    name: 'controller-manager',
    identity: () => 'system:kube-controller-manager',
    create({ client, informers, clock, random, log, plan, rootCa }) {
      return createControllerManager(
        { client, informers, clock, random, log },
        { rootCa, kinds: COLLECTED_KINDS, clusterCidr: plan.podCidr, nodeCidrMaskSize: plan.nodePodBits },
      );
    },
  },
  {
    name: 'volume-controller',
    identity: () => 'system:kubernats:volume-controller',
    create: ({ client, informers, clock, random, log }) => createVolumeController({ client, informers, clock, random, log }),
  },
  {
    name: 'kubelet-sim',
    identity: ({ pool }) => `system:node:${pool}`,
    nodes: ({ options }) => nodeNames(options.nodes),
    create({ bus, transport, client, clock, random, ids, log, network, plan, cluster, pool, diskOf, shared, options }) {
      const { fidelity = KUBELET_DEFAULTS.fidelity, nodeCpu = KUBELET_DEFAULTS.cpu, nodeMemory = KUBELET_DEFAULTS.memory } = options;
      return createKubeletSim(
        {
          ...{ bus, transport, client, clock, random, ids, log, network },
          images: options.images,
          userImages: userImagesOf(options.imagesFolder, clock, log),
          ...{ diskOf, shared },
        },
        {
          ...KUBELET_DEFAULTS,
          ...{ cluster, pool, fidelity, cpu: nodeCpu, memory: nodeMemory, events: true },
          nodes: nodeNames(options.nodes).map((name, i) => ({ name, ip: nodeAddress(plan, i + 1) })),
        },
      );
    },
  },
  {
    name: 'service-proxy',
    identity: () => 'system:kube-proxy',
    create: ({ client, informers, network, clock, random, log }) =>
      createServiceProxy({ client, informers, network, clock, random, log, metrics: noMetrics }),
  },
];

function userImagesOf(folder: string | undefined, clock: Clock, log: Log): UserImages | undefined {
  if (folder === undefined) return undefined;
  return createUserImages({ folder, clock, onProblem: (file, problem) => log.warn({ file, problem }, 'an image cannot be loaded') });
}

/** Starts a component; resolves when it is ready, with what stops it. */
export async function startComponent(row: ComponentRow, surroundings: Surroundings): Promise<AsyncDisposable> {
  const { backbone, cluster, clock, random, log } = surroundings;
  const identity = row.identity(surroundings);
  const bus = await backbone.connect(identity, row.nodes?.(surroundings));
  const transport = natsTransport({ bus, cluster, identity, clock, random });
  const client = createClient(transport, { fieldManager: row.name });
  const informers = createInformerSet(transport, { log });
  const component = row.create({ ...surroundings, bus, transport, client, informers });
  const stop = new AbortController();
  const running = Promise.all([informers.run(stop.signal), component.run(stop.signal)]);
  // A component that fails while it starts must not leave the start waiting.
  await Promise.race([component.ready, running.then(() => Promise.reject(new Error(`${row.name} ended`)))]);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('the cluster stops'));
      await running;
      await bus.close();
    },
  };
}

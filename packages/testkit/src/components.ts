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
import { createUserImages, type Image, type UserImages } from '@kubernats/containers';
import type { Metrics } from '@kubernats/controller';
import { COLLECTED_KINDS, createControllerManager } from '@kubernats/controller-manager';
import type { Files } from '@kubernats/files';
import { createKubeletSim, KUBELET_DEFAULTS, type NodeConfig, type NodeShape } from '@kubernats/kubelet-sim';
import type { NodeLink } from '@kubernats/kubelet-sim/links';
import type { StageTable } from '@kubernats/kubelet-sim/stages';
import { createLoadBalancer } from '@kubernats/load-balancer';
import type { Address, AddressPlan, Network } from '@kubernats/net';
import { createScheduler, type SchedulerSetup } from '@kubernats/scheduler';
import { clusterDnsConfig, createServiceProxy } from '@kubernats/service-proxy';
import { createTracePublisher } from '@kubernats/trace';
import { createVolumeController } from '@kubernats/volume-controller';
import type { Backends } from '@kubernats/volumes';
import type { Backbone } from './backbone.ts';

/** What the components of a cluster share. */
export interface Surroundings {
  cluster: string;
  backbone: Pick<Backbone, 'connect'>;
  apiServer: ApiServer;
  /** For Pods, PEM. Empty where the API server has no HTTPS door. */
  rootCa: string;
  /** What signs certificates that are asked for. Absent: nothing is signed. */
  signing?: { certificatePem: string; privateKeyPem: string };
  network: Network;
  plan: AddressPlan;
  /** Where the cluster's DNS answers. */
  clusterDns: Address;
  /** The text of the resolver's file: whom names outside the cluster are asked of. */
  resolvConf: string;
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  metrics: Metrics;
  /** The identity of the kubelet's nodes. */
  pool: string;
  /** A node's disk. */
  diskOf(node: string): Files;
  /** The paths that a person has joined to those of other nodes. */
  links?(): readonly NodeLink[];
  /** What lies outside of all nodes: a folder for each storage back end. */
  storage: Files;
  /** The kinds of storage. */
  backends: Backends;
  nodes: readonly NodeConfig[];
  /** What nodes are like that have no shape of their own. */
  nodeShape: NodeShape;
  stages: StageTable;
  /** A `hostPath` without a type that is not there: is waited for, or made. */
  missingHostPaths?: 'wait' | 'create';
  /** What the user says about scheduling. */
  scheduling: SchedulerSetup;
  /** Nodes of the pool that are not among `nodes` go. */
  pruneNodes: boolean;
  /** Images beside the built-in ones. */
  images?: readonly Image[] | undefined;
  /** A folder of modules with more of them. */
  imagesFolder?: string | undefined;
  /** An address of this machine where node ports open as well. */
  exposeAddress?: string | undefined;
}

const CLUSTER_DOMAIN = KUBELET_DEFAULTS.clusterDomain;

/** A component on its own connection to the cluster: as its `main.ts` has it. */
interface ComponentContext extends Surroundings {
  bus: Bus;
  transport: ApiTransport;
  client: Client;
  informers: InformerSet;
}

export type AddonName = 'load-balancer';

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

/** Every component beside the API server, in no order: each waits for what it needs. */
export const COMPONENTS: readonly ComponentRow[] = [
  {
    name: 'scheduler',
    identity: () => 'system:kube-scheduler',
    create: ({ bus, client, informers, clock, random, log, cluster, scheduling }) =>
      createScheduler({ client, informers, clock, random, log, questions: { bus, cluster } }, scheduling),
  },
  {
    name: 'controller-manager',
    identity: () => 'system:kube-controller-manager',
    create({ client, informers, clock, random, log, plan, rootCa, signing }) {
      return createControllerManager(
        { client, informers, clock, random, log },
        { rootCa, signing, kinds: COLLECTED_KINDS, clusterCidr: plan.podCidr, nodeCidrMaskSize: plan.nodePodBits },
      );
    },
  },
  {
    name: 'volume-controller',
    identity: () => 'system:kubernats:volume-controller',
    create: ({ bus, client, informers, clock, random, log, storage, backends, cluster }) =>
      createVolumeController({ bus, client, informers, clock, random, log, storage, backends }, { cluster }),
  },
  {
    name: 'kubelet-sim',
    identity: ({ pool }) => `system:node:${pool}`,
    nodes: ({ nodes }) => nodes.map(({ name }) => name),
    create({ bus, transport, client, clock, random, ids, log, network, diskOf, storage, backends, images, ...surroundings }) {
      const {
        links,
        missingHostPaths = KUBELET_DEFAULTS.missingHostPaths,
        cluster,
        pool,
        nodes,
        nodeShape,
        stages,
        pruneNodes,
        clusterDns,
        resolvConf,
      } = surroundings;
      const userImages = userImagesOf(surroundings.imagesFolder, clock, log);
      return createKubeletSim(
        {
          ...{ bus, transport, client, clock, random, ids, log, network },
          ...{ diskOf, links, storage, backends, images, userImages },
        },
        {
          ...KUBELET_DEFAULTS,
          ...nodeShape,
          ...{ cluster, pool, nodes, stages, pruneNodes, missingHostPaths, events: true, clusterDns, resolvConf },
        },
      );
    },
  },
  {
    name: 'service-proxy',
    identity: () => 'system:kube-proxy',
    create({ bus, client, informers, network, clock, random, ids, log, cluster, metrics, exposeAddress, clusterDns, resolvConf }) {
      const observer = createTracePublisher({ bus, clock, ids }, { cluster, proxy: 'service-proxy' });
      const dns = clusterDnsConfig({ clusterDns, clusterDomain: CLUSTER_DOMAIN, resolvConf });
      return createServiceProxy({ client, informers, network, clock, random, log, metrics, observer }, { exposeAddress, dns });
    },
  },
];

/** What a cluster has only when it is asked for, by name. */
export const ADDONS: Readonly<Record<AddonName, ComponentRow>> = {
  'load-balancer': {
    name: 'load-balancer',
    identity: () => 'system:kubernats:load-balancer',
    create({ bus, client, informers, network, clock, random, ids, log, cluster, metrics, plan }) {
      const observer = createTracePublisher({ bus, clock, ids }, { cluster, proxy: 'load-balancer' });
      const deps = { client, informers, network, clock, random, log, metrics, observer };
      return createLoadBalancer(deps, { addressPool: plan.loadBalancerCidr });
    },
  },
};

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

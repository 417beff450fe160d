import { type CSIDriver, CSIDrivers, type Node, Nodes, type Pod, Pods, Services } from '@kubernats/api';
import type { Bus } from '@kubernats/bus';
import { type ApiTransport, type Client, createEventRecorder, createInformer, type Informer, type Log } from '@kubernats/client';
import type { Clock, Ids, Random } from '@kubernats/clock';
import { createSimRuntime, createStatusRuntime, type Image, type UserImages } from '@kubernats/containers';
import { type Metrics, noMetrics } from '@kubernats/controller';
import { isUnavailable } from '@kubernats/errors';
import { createMemoryFiles, type Files } from '@kubernats/files';
import type { Network } from '@kubernats/net';
import { type Backends, createBackends, serveNodeDisk, VolumeSpaces } from '@kubernats/volumes';
import { type KubeletSimConfig, POOL_LABEL } from './config.ts';
import { nodeResolver } from './dns/node-resolver.ts';
import { HostPorts } from './host-ports/host-ports.ts';
import type { NodeLink } from './links/node-links.ts';
import { nodeTree } from './links/node-tree.ts';
import { serveLogs } from './logs/serve-logs.ts';
import { serveControl } from './node/control.ts';
import { NodeAgent } from './node/node-agent.ts';
import { diskWhileOn } from './node/node-disk.ts';
import { pruneNodes } from './node/prune-nodes.ts';
import { Gate } from './pod/gate.ts';
import { ProbeCounter } from './probes/probe-counter.ts';
import { serveStats } from './resources/stats/serve-stats.ts';
import { PodSources } from './sources/pod-sources.ts';
import { serveAttach } from './streams/serve-attach.ts';
import { serveExec } from './streams/serve-exec.ts';
import { servePortForward } from './streams/serve-port-forward.ts';
import { openMounts } from './volumes/storage/open-mounts.ts';

export interface KubeletSimDeps {
  bus: Bus;
  transport: ApiTransport;
  client: Client;
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  metrics?: Metrics;
  /** Where Pods get their sockets. */
  network: Network;
  /** Resolves when the addresses of a node's range of Pods can be listened on. Absent: they always can. */
  openRange?(cidr: string): Promise<void>;
  /** The disk of a node, by its name. */
  diskOf(node: string): Files;
  /** The kinds of storage that there are. Default: none. */
  backends?: Backends;
  /** Where they keep what lies outside of all nodes: a folder each. Default: in memory. */
  storage?: Files;
  /** The paths that a person has joined to those of other nodes, as they are now. */
  links?(): readonly NodeLink[];
  /** Images beside the built-in ones. */
  images?: readonly Image[];
  /** Images that may come and go: a folder of the user's. */
  userImages?: UserImages;
}

export interface KubeletSim {
  /** Resolves when every node has reported that it is Ready. */
  readonly ready: Promise<void>;
  /** Works until the signal aborts; then all containers are stopped at once and nobody is told, as when a machine goes down. */
  run(signal: AbortSignal): Promise<void>;
  /** A node of the pool, to switch it off and on. */
  node(name: string): NodeAgent | undefined;
}

/** More nodes than these share one watch of all Pods; fewer have a watch each, of their own Pods only. */
const OWN_WATCHES_MAX = 16;
const BY_NODE = 'node';
/** Status writes of Pods that are under way at a time: enough to keep an API server busy, and Leases do not wait behind thousands. */
const WRITES_AT_ONCE = 256;

/** The kubelet of a pool of simulated nodes. */
export function createKubeletSim(deps: KubeletSimDeps, config: KubeletSimConfig): KubeletSim {
  const { client, clock, random, ids, log, transport, bus } = deps;
  const runtimes = {
    live: createSimRuntime({ clock, ids, network: deps.network, images: deps.images, userImages: deps.userImages }),
    status: createStatusRuntime({ clock, ids, random, table: config.stages.pods }),
  };
  // An API server that does not answer yet is no news.
  const onError = (error: unknown): void => (isUnavailable(error) ? log.debug : log.warn).call(log, { error }, 'informer');
  const nodes = createInformer({ transport, target: Nodes, labelSelector: `${POOL_LABEL}=${config.pool}`, onError });
  const pods = podInformers(transport, config, onError);
  const services = createInformer({ transport, target: Services, onError });
  const drivers = createInformer({ transport, target: CSIDrivers, onError });
  const spaces = new VolumeSpaces();
  const { backends = createBackends([]), storage = createMemoryFiles(clock) } = deps;
  const events = createEventRecorder({ client, clock, random, log, component: 'kubelet' });
  const writes = new Gate(WRITES_AT_ONCE);
  const sources = new PodSources({ transport, client, clock, random, log, onError });
  const probeCounter = new ProbeCounter(deps.metrics ?? noMetrics);
  const hostPorts = new HostPorts(deps.network, clock);

  const resolveName = nodeResolver({ network: deps.network, clock, ids }, config.clusterDns, config.clusterDomain);

  const disks = new Map<string, Files>();
  const diskOf = (node: string): Files => {
    const disk = disks.get(node) ?? deps.diskOf(node);
    disks.set(node, disk);
    return disk;
  };
  const agents = new Map<string, NodeAgent>();
  for (const node of config.nodes) {
    const disk = (): Files => diskOf(node.name);
    const tree = async (): Promise<Files> => nodeTree(node.name, diskOf, deps.links?.() ?? []);
    const podsOf = (name: string): Pod[] => pods.flatMap((informer) => informer.byIndex(BY_NODE, name));
    const storageOf = {
      ...{ nodeName: node.name, backends, client, driver: (name: string) => drivers.get(name), installed: () => drivers.list() },
      openMounts: () =>
        openMounts({
          nodeName: node.name,
          disk: disk(),
          tree,
          storage,
          spaces,
          backends,
          clock,
          missingHostPaths: config.missingHostPaths,
        }),
    };
    agents.set(
      node.name,
      new NodeAgent(
        {
          ...{ client, clock, random, ids, log, network: deps.network, probeCounter, runtimes, sources, services, events, writes },
          ...{ disk, tree, podsOf, resolveName, hostPorts, storage: storageOf, openRange: deps.openRange },
        },
        config,
        node,
      ),
    );
  }

  const agentOf = (pod: Pod): NodeAgent | undefined => agents.get(pod.spec?.nodeName ?? '');
  for (const informer of pods) {
    informer.addHandler({
      add: (pod) => agentOf(pod)?.sawPod(pod),
      update: (pod) => agentOf(pod)?.sawPod(pod),
      delete: (pod) => agentOf(pod)?.lostPod(pod),
    });
  }
  const sawNode = (node: Node): void => agents.get(node.metadata?.name ?? '')?.sawNode(node);
  nodes.addHandler({ add: sawNode, update: sawNode });
  const sawDriver = ({ metadata }: CSIDriver): void => {
    for (const agent of agents.values()) agent.sawDriver(metadata?.name ?? '');
  };
  drivers.addHandler({ add: sawDriver, update: sawDriver, delete: sawDriver });

  return {
    ready: Promise.all([...agents.values()].map((agent) => agent.ready)).then(() => {}),
    node: (name) => agents.get(name),
    async run(signal) {
      const session = { clock, ids, idleMs: config.streamIdleMs };
      const subscriptions = [...agents.values()].flatMap((agent) => [
        serveLogs(bus, config.cluster, agent),
        serveExec(bus, config.cluster, agent, session),
        serveAttach(bus, config.cluster, agent, session),
        servePortForward(bus, config.cluster, agent, session),
        serveControl(bus, config.cluster, agent, log),
        serveNodeDisk(bus, config.cluster, agent.config.name, diskWhileOn(agent)),
        serveStats(bus, config.cluster, agent),
      ]);
      const informers = [nodes, ...pods, services, drivers];
      const following = informers.map((informer) => informer.run(signal));
      // A node that booted before it knew its Pods would take their folders for strays.
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([aborted, Promise.all(informers.map((informer) => informer.synced))]);
      if (!signal.aborted) {
        for (const agent of agents.values()) await agent.start();
        if (config.pruneNodes) await pruneNodes(client, log, nodes, config, signal);
        await aborted;
      }
      for (const subscription of subscriptions) subscription.unsubscribe();
      await Promise.all([...agents.values()].map((agent) => agent.stop()));
      await hostPorts[Symbol.asyncDispose]();
      await Promise.all(following);
    },
  };
}

function podInformers(transport: ApiTransport, config: KubeletSimConfig, onError: (error: unknown) => void): Informer<Pod>[] {
  const indexers = { [BY_NODE]: (pod: Pod) => [pod.spec?.nodeName ?? ''] };
  if (config.nodes.length > OWN_WATCHES_MAX) return [createInformer({ transport, target: Pods, indexers, keep: slim, onError })];
  return config.nodes.map(({ name }) =>
    createInformer({ transport, target: Pods, fieldSelector: `spec.nodeName=${name}`, indexers, keep: slim, onError }),
  );
}

/** A Pod as a kubelet needs it: who wrote which field is a third of its size, and nothing to a node. */
function slim(pod: Pod): Pod {
  const { managedFields: _, ...metadata } = pod.metadata ?? {};
  return { ...pod, metadata };
}

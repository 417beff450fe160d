import { type Node, Nodes, type Pod, Pods, Services } from '@kubernats/api';
import type { Bus } from '@kubernats/bus';
import { type ApiTransport, type Client, createEventRecorder, createInformer, type Informer, type Log } from '@kubernats/client';
import type { Clock, Ids, Random } from '@kubernats/clock';
import { type ContainerRuntime, createSimRuntime, createStatusRuntime, type Image, type UserImages } from '@kubernats/containers';
import { isUnavailable } from '@kubernats/errors';
import type { Files } from '@kubernats/files';
import type { Network } from '@kubernats/net';
import { type KubeletSimConfig, POOL_LABEL } from './config.ts';
import { serviceAddress } from './env/service-names.ts';
import { apiSources } from './env/sources.ts';
import { serveLogs } from './logs/serve-logs.ts';
import { serveControl } from './node/control.ts';
import { NodeAgent } from './node/node-agent.ts';

export interface KubeletSimDeps {
  bus: Bus;
  transport: ApiTransport;
  client: Client;
  clock: Clock;
  random: Random;
  ids: Ids;
  log: Log;
  /** Where Pods get their sockets. */
  network: Network;
  /** The disk of a node, by its name. */
  diskOf(node: string): Files;
  /** What all nodes see: network shares. */
  shared?: Files;
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

/** The kubelet of a pool of simulated nodes. */
export function createKubeletSim(deps: KubeletSimDeps, config: KubeletSimConfig): KubeletSim {
  const { client, clock, random, ids, log, transport, bus } = deps;
  const live = config.fidelity === 'live';
  const runtime: ContainerRuntime = live
    ? createSimRuntime({ clock, ids, network: deps.network, images: deps.images, userImages: deps.userImages })
    : createStatusRuntime({ clock, ids, behaviours: config.behaviours });
  // An API server that does not answer yet is no news.
  const onError = (error: unknown): void => (isUnavailable(error) ? log.debug : log.warn).call(log, { error }, 'informer');
  const nodes = createInformer({ transport, target: Nodes, labelSelector: `${POOL_LABEL}=${config.pool}`, onError });
  const pods = podInformers(transport, config, onError);
  const services = live ? createInformer({ transport, target: Services, onError }) : undefined;
  const events = config.events ? createEventRecorder({ client, clock, random, log, component: 'kubelet' }) : undefined;
  const sources = apiSources(client);

  const resolveName = async (name: string, namespace: string): Promise<string | undefined> =>
    serviceAddress((service, of) => services?.get(service, of), name, namespace);

  const agents = new Map<string, NodeAgent>();
  const disks = new Map<string, Files>();
  for (const node of config.nodes) {
    const files = live ? deps.diskOf(node.name) : undefined;
    if (files) disks.set(node.name, files);
    const podsOf = (name: string): Pod[] => pods.flatMap((informer) => informer.byIndex(BY_NODE, name));
    const { shared } = deps;
    agents.set(
      node.name,
      new NodeAgent(
        { client, clock, random, ids, log, runtime, sources, services, events, files, shared, podsOf, resolveName },
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

  return {
    ready: Promise.all([...agents.values()].map((agent) => agent.ready)).then(() => {}),
    node: (name) => agents.get(name),
    async run(signal) {
      const subscriptions = [...agents.values()].flatMap((agent) => [
        serveLogs(bus, config.cluster, agent, disks.get(agent.config.name)),
        serveControl(bus, config.cluster, agent, log),
      ]);
      const following = [nodes, ...pods, ...(services ? [services] : [])].map((informer) => informer.run(signal));
      // A node that booted before it knew its Pods would take their folders for strays.
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([aborted, Promise.all([nodes, ...pods, ...(services ? [services] : [])].map((informer) => informer.synced))]);
      if (!signal.aborted) {
        for (const agent of agents.values()) await agent.start();
        await aborted;
      }
      for (const subscription of subscriptions) subscription.unsubscribe();
      await Promise.all([...agents.values()].map((agent) => agent.stop()));
      await Promise.all(following);
    },
  };
}

function podInformers(transport: ApiTransport, config: KubeletSimConfig, onError: (error: unknown) => void): Informer<Pod>[] {
  const indexers = { [BY_NODE]: (pod: Pod) => [pod.spec?.nodeName ?? ''] };
  if (config.nodes.length > OWN_WATCHES_MAX) return [createInformer({ transport, target: Pods, indexers, onError })];
  return config.nodes.map(({ name }) =>
    createInformer({ transport, target: Pods, fieldSelector: `spec.nodeName=${name}`, indexers, onError }),
  );
}

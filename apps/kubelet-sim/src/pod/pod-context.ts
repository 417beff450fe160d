import type { Pod, Service } from '@kubernats/api';
import type { Client, EventRecorder, Informer, Log } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import type { ContainerRuntime, NodeResources } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import type { Network } from '@kubernats/net';
import type { NodeDns } from '../dns/pod-dns.ts';
import type { Sources } from '../env/sources.ts';
import type { HostPorts } from '../host-ports/host-ports.ts';
import type { ImagePolicy } from '../images/image-policy.ts';
import type { NodeImages } from '../images/node-images.ts';
import type { LogLimits } from '../logs/container-log.ts';
import type { IpPool } from '../node/ip-pool.ts';
import type { ProbeCounter } from '../probes/probe-counter.ts';
import type { ResizeProblem } from '../resize/resize-problem.ts';
import type { NodeStorage } from '../volumes/storage/node-storage.ts';
import type { Gate } from './gate.ts';

/** What a node gives to its Pods. */
export interface PodContext {
  node: { name: string; ip: string };
  allocatable: Readonly<Record<string, string>>;
  runtime: ContainerRuntime;
  /** The node's CPU and memory. */
  resources: NodeResources;
  /** The node's disk; undefined where containers see no files. */
  files: Files | undefined;
  /** The disk with what is joined to it by hand. */
  tree(): Promise<Files>;
  /** A `hostPath` without a type that is not there: is waited for, or made. */
  missingHostPaths: 'wait' | 'create';
  /** The volumes of back ends. */
  storage: NodeStorage;
  client: Client;
  sources: Sources;
  /** Undefined where containers have no environment. */
  services: Informer<Service> | undefined;
  events: EventRecorder | undefined;
  clock: Clock;
  random: Random;
  /** Where the node itself opens connections; undefined where Pods have no sockets. */
  network: Network | undefined;
  /** When the node's kubelet started. */
  kubeletSinceMs: number;
  probeCounter: ProbeCounter;
  log: Log;
  logLimits: LogLimits;
  addresses: IpPool;
  /** The ports of the node that lead to its Pods. */
  hostPorts: Pick<HostPorts, 'open' | 'close'>;
  /** Bounds how many status writes are under way at a time. */
  writes: Pick<Gate, 'through'>;
  /** What its Pods are told of DNS. */
  dns: NodeDns;
  /** Finds names in probes and hooks, as a Pod of the namespace writes them. */
  resolveName(name: string, namespace: string): Promise<string | undefined>;
  /** The images that this node has pulled. */
  images: NodeImages;
  /** Which images there are to be pulled. */
  imagePolicy: ImagePolicy;
  /** Why the node does not give the Pod the resources that it asks for now; undefined: it does. */
  resizeProblem(pod: Pod): ResizeProblem | undefined;
  /** The Pod is over, here and in the API. */
  forget(uid: string): void;
}

export interface PodNames {
  namespace: string;
  name: string;
  uid: string;
}

export function namesOf(pod: Pod): PodNames {
  const { namespace = 'default', name = '', uid = '' } = pod.metadata ?? {};
  return { namespace, name, uid };
}

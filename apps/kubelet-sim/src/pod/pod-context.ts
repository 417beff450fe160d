import type { Pod, Service } from '@kubernats/api';
import type { Client, EventRecorder, Informer, Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { ContainerRuntime } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import type { Sources } from '../env/sources.ts';
import type { LogLimits } from '../logs/container-log.ts';
import type { IpPool } from '../node/ip-pool.ts';

/** What a node gives to its Pods. */
export interface PodContext {
  node: { name: string; ip: string };
  allocatable: Readonly<Record<string, string>>;
  runtime: ContainerRuntime;
  /** The node's disk; undefined where containers see no files. */
  files: Files | undefined;
  /** Network shares. */
  shared: Files | undefined;
  client: Client;
  sources: Sources;
  /** Undefined where containers have no environment. */
  services: Informer<Service> | undefined;
  events: EventRecorder | undefined;
  clock: Clock;
  log: Log;
  logLimits: LogLimits;
  addresses: IpPool;
  /** Names of Services and Pods, for what runs in containers. */
  resolveName?(name: string, namespace: string): Promise<string | undefined>;
  /** Images that this node has had already. */
  pulled: Set<string>;
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

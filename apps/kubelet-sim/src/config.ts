import type { Behaviour, CpuThrottle } from '@kubernats/containers';

/** One node of the pool. */
export interface NodeConfig {
  name: string;
  /** Its InternalIP. */
  ip: string;
}

/** How a kubelet and its nodes behave. Times are milliseconds; the defaults are the kubelet's. */
export interface KubeletSimConfig {
  cluster: string;
  /** The value of the nodes' label `kubernats.dev/kubelet`: the node authoriser lets this kubelet touch nothing else. */
  pool: string;
  nodes: readonly NodeConfig[];
  /** `live`: real sockets and files. `status`: neither, for very large clusters. */
  fidelity: 'live' | 'status';
  cpu: string;
  memory: string;
  pods: number;
  ephemeralStorage: string;
  /** More labels for each node. */
  labels: Readonly<Record<string, string>>;
  taints: readonly { key: string; value?: string; effect: string }[];
  /** How containers behave with fidelity `status`. */
  behaviours: readonly Behaviour[];
  /** Whether each step of a container's life becomes an event. */
  events: boolean;
  /** What happens to a container that wants more CPU than its limit: held to the limit, or brought down to its request (P5). */
  cpuThrottle: CpuThrottle;
  /** When a node has less memory left than this, Pods are evicted; 0 never. A quantity. */
  evictionMemoryAvailable: string;
  /** How long a node says that it is under pressure after it was. */
  pressureTransitionMs: number;
  heartbeatMs: number;
  statusEveryMs: number;
}

export const DEFAULTS = {
  fidelity: 'live',
  cpu: '8',
  memory: '16Gi',
  pods: 110,
  ephemeralStorage: '100Gi',
  labels: {},
  taints: [],
  behaviours: [],
  cpuThrottle: 'limit',
  evictionMemoryAvailable: '100Mi',
  pressureTransitionMs: 300_000,
  heartbeatMs: 10_000,
  statusEveryMs: 300_000,
} as const satisfies Partial<KubeletSimConfig>;

export const POOL_LABEL = 'kubernats.dev/kubelet';
export const KUBELET_VERSION = 'v1.36.0';

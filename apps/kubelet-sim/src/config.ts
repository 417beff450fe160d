import type { Behaviour } from '@kubernats/containers';

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
  heartbeatMs: number;
  statusEveryMs: number;
  /** How long an exec, attach or port-forward may say nothing: `streamingConnectionIdleTimeout`. */
  streamIdleMs: number;
  /** A container's log file is begun anew when it is longer: `containerLogMaxSize`. Bytes. */
  logMaxBytes: number;
  /** So many log files of one run are kept: `containerLogMaxFiles`. */
  logMaxFiles: number;
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
  heartbeatMs: 10_000,
  statusEveryMs: 300_000,
  streamIdleMs: 4 * 3_600_000,
  logMaxBytes: 10 * 1024 * 1024,
  logMaxFiles: 5,
} as const satisfies Partial<KubeletSimConfig>;

export const POOL_LABEL = 'kubernats.dev/kubelet';
export const KUBELET_VERSION = 'v1.36.0';

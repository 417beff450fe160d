import type { CpuThrottle } from '@kubernats/containers';
import type { Address } from '@kubernats/net';
import type { ImagePolicy } from './images/image-policy.ts';
import type { Taint } from './shape/fields.ts';
import type { StageTable } from './stages/stage-table.ts';

/** What a node is like. Quantities are Kubernetes' texts. */
export interface NodeShape {
  cpu: string;
  memory: string;
  /** How many Pods it takes. */
  pods: number;
  ephemeralStorage: string;
  /** More resources, such as `nvidia.com/gpu`. */
  extendedResources: Readonly<Record<string, string>>;
  /** What it keeps for itself: Pods get the rest. */
  reserved: { cpu?: string; memory?: string; ephemeralStorage?: string };
  /** More labels. */
  labels: Readonly<Record<string, string>>;
  /** Given when the Node is first registered, as a kubelet does. */
  taints: readonly Taint[];
  /** Registers it cordoned. */
  unschedulable: boolean;
  /** `live`: real sockets and files. `status`: neither, for very large clusters. A Pod may ask for the other. */
  fidelity: 'live' | 'status';
  /** What happens to a container that wants more CPU than its limit: held to the limit, or brought down to its request (P5). */
  cpuThrottle: CpuThrottle;
}

/** One node of the pool. */
export interface NodeConfig {
  name: string;
  /** Its InternalIP. */
  ip: string;
  /** Where it differs from the pool's other nodes. */
  shape?: Partial<NodeShape>;
}

/** How a kubelet and its nodes behave; the shape is that of nodes which have none of their own. Times are milliseconds; the defaults are the kubelet's. */
export interface KubeletSimConfig extends NodeShape {
  cluster: string;
  /** The value of the nodes' label `kubernats.dev/kubelet`: the node authoriser lets this kubelet touch nothing else. */
  pool: string;
  nodes: readonly NodeConfig[];
  /** Deletes Nodes of the pool that are not among `nodes`. */
  pruneNodes: boolean;
  /** Makes Nodes that are not there. */
  registerNode: boolean;
  /** How Pods that are only told of live, and what nodes go through. */
  stages: StageTable;
  /** Where the cluster's DNS answers; undefined: there is none. */
  clusterDns: Address | undefined;
  /** The domain of the cluster's names. */
  clusterDomain: string;
  /** The resolver's file of nodes that have none of their own on their disk: its text. */
  resolvConf: string;
  /** Which images there are to be pulled; what it does not name exists. */
  imagePolicy: ImagePolicy;
  /** Whether each step in the life of a Pod that is only told of becomes an event too; its troubles always do. */
  events: boolean;
  /** When a node has less memory left than this, Pods are evicted; 0 never. A quantity. */
  evictionMemoryAvailable: string;
  /** How long a node says that it is under pressure after it was. */
  pressureTransitionMs: number;
  /** A `hostPath` without a type that is not on the node: the Pod waits (V2), or it is made. */
  missingHostPaths: 'wait' | 'create';
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
  extendedResources: {},
  reserved: {},
  labels: {},
  taints: [],
  unschedulable: false,
  cpuThrottle: 'limit',
  pruneNodes: false,
  registerNode: true,
  stages: { pods: [], nodes: [] },
  clusterDns: undefined,
  clusterDomain: 'cluster.local',
  resolvConf: '',
  imagePolicy: [],
  events: false,
  evictionMemoryAvailable: '100Mi',
  pressureTransitionMs: 300_000,
  missingHostPaths: 'wait',
  heartbeatMs: 10_000,
  statusEveryMs: 300_000,
  streamIdleMs: 4 * 3_600_000,
  logMaxBytes: 10 * 1024 * 1024,
  logMaxFiles: 5,
} as const satisfies Partial<KubeletSimConfig>;

/** A node's whole shape: its own over the pool's. Labels add up. */
export function shapeOf(pool: NodeShape, shape: Partial<NodeShape> = {}): NodeShape {
  const { cpu, memory, pods, ephemeralStorage, extendedResources, reserved, taints, unschedulable, fidelity, cpuThrottle } = pool;
  const own = Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined));
  return {
    ...{ cpu, memory, pods, ephemeralStorage, extendedResources, reserved, taints, unschedulable, fidelity, cpuThrottle },
    ...own,
    labels: { ...pool.labels, ...shape.labels },
  };
}

export const POOL_LABEL = 'kubernats.dev/kubelet';
export const KUBELET_VERSION = 'v1.36.0';

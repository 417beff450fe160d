import type { Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { Image } from '@kubernats/containers';
import type { NodeGroupInput } from '@kubernats/kubelet-sim/shape';
import type { StageTableInput } from '@kubernats/kubelet-sim/stages';
import type { AddonName } from './components.ts';

export interface TestClusterOptions {
  /** How many nodes, named node1, node2, …; or groups of them, as in a file of nodes (docs/nodes.md). Default 1. */
  nodes?: number | readonly NodeGroupInput[];
  /** What each node is like that has no shape of its own: quantities, labels, and taints as `KEY=VALUE:EFFECT`. Default 8 CPUs, 16Gi, 110 Pods. */
  nodeCpu?: string;
  nodeMemory?: string;
  nodePods?: number;
  nodeLabels?: Readonly<Record<string, string>>;
  nodeTaints?: readonly string[];
  /** How Pods of fidelity `status` live, and what nodes go through, as in a file of life cycles. */
  stages?: StageTableInput;
  /** `virtual`: sockets in memory (default). `loopback`: real ones on 127.0.0.0/8, which any program of this machine reaches. */
  network?: 'virtual' | 'loopback';
  /** What components talk and keep their state over: memory (default), or a nats-server of the cluster's own. */
  bus?: 'memory' | 'nats';
  /** Serves kubectl and other clients on 127.0.0.1 too; see `TestCluster.kubeconfig`. */
  https?: boolean;
  /** `live`: containers run, with sockets and files (default). `status`: they are only told of, for very large clusters. */
  fidelity?: 'live' | 'status';
  /** A container that wants more CPU than its limit is held to the limit (default), or brought down to its request. */
  cpuThrottle?: 'limit' | 'request';
  /** Add-ons that run from the start, as with `kubernats addon enable`: `load-balancer` gives Services of that type an address. Default: none. */
  addons?: readonly AddonName[];
  /** Images beside the built-in ones; they win over them. */
  images?: readonly Image[];
  /** A folder of modules with images, each container in a thread of its own, as with `kubernats up --images`; they win over all others. */
  imagesFolder?: string;
  /** A folder of modules with storage back ends, as with `kubernats up --storage-backends`; they win over all others. */
  storageBackendsFolder?: string;
  /** A KubeSchedulerConfiguration, YAML or JSON, as with `kubernats up --scheduler-config`. */
  schedulerConfig?: string;
  /** A folder of modules with plug-ins for the scheduler, as with `kubernats up --scheduler-plugins`. */
  schedulerPluginsFolder?: string;
  /** All names, uids and jitter follow from it. Default: random ones. */
  seed?: number;
  /** Default: the machine's. With a `SteppedClock` the test decides how time goes on. */
  clock?: Clock;
  /** Default: silent. */
  log?: Log;
}

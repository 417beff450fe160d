// What the API server says when it opens a byte stream to a node (`nodeSubject`): the stream's hello, as JSON.

/** `kubectl logs`. The node answers with the log's bytes. Source: `corev1.PodLogOptions`. */
export interface LogsHello {
  namespace: string;
  pod: string;
  container: string;
  follow: boolean;
  previous: boolean;
  timestamps: boolean;
  tailLines?: number;
  limitBytes?: number;
  /** Only lines at or after this time, in milliseconds since the epoch. */
  sinceMs?: number;
}

/** `kubectl exec`. Both sides then speak in frames (`encodeChannelFrame`). Source: `corev1.PodExecOptions`. */
export interface ExecHello {
  namespace: string;
  pod: string;
  container: string;
  command: readonly string[];
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

/** `kubectl attach`. Frames as with exec. Source: `corev1.PodAttachOptions`. */
export type AttachHello = Omit<ExecHello, 'command'>;

/** One connection of `kubectl port-forward`, to a port of the Pod's localhost. The stream is the connection's bytes, both ways. */
export interface PortForwardHello {
  namespace: string;
  pod: string;
  port: number;
}

/** What `nodeSubject(…, 'stats')` is asked. The answer is a `StatsAnswer`, as JSON. */
export interface StatsQuestion {
  /** Only the numbers that `kubectl top` shows. */
  onlyCpuAndMemory?: boolean;
  /** Of the node alone. */
  withoutPods?: boolean;
}

/** A node that is switched off says so. */
export type StatsAnswer = StatsSummary | { error: string };

/** The kubelet's Summary. Source: `k8s.io/kubelet/pkg/apis/stats/v1alpha1`. */
export interface StatsSummary {
  node: { nodeName: string; startTime: string; cpu: CpuStats; memory: MemoryStats };
  pods: PodStats[];
}

export interface PodStats {
  podRef: { name: string; namespace: string; uid: string };
  startTime: string;
  containers: ContainerStatsEntry[];
  cpu: CpuStats;
  memory: MemoryStats;
}

export interface ContainerStatsEntry {
  name: string;
  startTime: string;
  cpu: CpuStats;
  memory: MemoryStats;
}

export interface CpuStats {
  time: string;
  /** The average of the last ten seconds. */
  usageNanoCores: number;
  /** Since the beginning. */
  usageCoreNanoSeconds: number;
}

export interface MemoryStats {
  time: string;
  /** Up to the limit; absent without one. */
  availableBytes?: number;
  usageBytes?: number;
  workingSetBytes: number;
  rssBytes?: number;
}

/** What is asked of a node's own paths (`nodes/NAME/proxy/…`) on `nodeSubject(…, 'proxy')`. The node answers with the bytes of the body. */
export interface NodeProxyHello {
  /** Without a slash at its beginning: `stats/summary`, `metrics/cadvisor`. */
  path: string;
  query: Readonly<Record<string, string>>;
}

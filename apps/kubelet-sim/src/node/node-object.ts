import type { Node, NodeCondition, NodeStatus } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { KUBELET_VERSION, type KubeletSimConfig, type NodeConfig, POOL_LABEL } from '../config.ts';

/** A Node as its kubelet registers it: everything but the status. */
export function nodeObject(config: KubeletSimConfig, node: NodeConfig): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      labels: nodeLabels(config, node),
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: config.taints.length > 0 ? { taints: config.taints.map((taint) => ({ ...taint })) } : {},
  };
}

/** The labels that the kubelet keeps on its Node. Both `hostname` labels: manifests select by either (P6). */
export function nodeLabels(config: KubeletSimConfig, node: NodeConfig): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    hostname: node.name,
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': node.name,
    'kubernetes.io/os': 'linux',
    [POOL_LABEL]: config.pool,
    ...config.labels,
  };
}

export interface NodeFacts {
  /** Differs from boot to boot. */
  bootId: string;
  /** The same at each boot. */
  machineId: string;
  /** Whether Pods can have addresses. */
  networkReady: boolean;
  memoryPressure: boolean;
}

/** The status of a Node; `before` is its last one, for the times of its conditions. */
export function nodeStatus(
  config: KubeletSimConfig,
  node: NodeConfig,
  facts: NodeFacts,
  before: NodeStatus | undefined,
  nowMs: number,
): NodeStatus {
  const resources = { cpu: config.cpu, 'ephemeral-storage': config.ephemeralStorage, memory: config.memory, pods: String(config.pods) };
  return {
    addresses: [
      { type: 'InternalIP', address: node.ip },
      { type: 'Hostname', address: node.name },
    ],
    capacity: resources,
    allocatable: resources,
    conditions: conditions(facts, before, nowMs),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: facts.machineId.replaceAll('-', ''),
      systemUUID: facts.machineId,
      bootID: facts.bootId,
      kernelVersion: '6.1.0-kubernats',
      osImage: 'kubernats',
      containerRuntimeVersion: `kubernats://${config.fidelity === 'live' ? 'sim' : 'status'}`,
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  };
}

const NOT_READY =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

function conditions(facts: NodeFacts, before: NodeStatus | undefined, nowMs: number): NodeCondition[] {
  const ready = facts.networkReady
    ? { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { status: 'False', reason: 'KubeletNotReady', message: NOT_READY };
  const memory = facts.memoryPressure
    ? { status: 'True', reason: 'KubeletHasInsufficientMemory', message: 'kubelet has insufficient memory available' }
    : { status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' };
  const rows: Omit<NodeCondition, 'lastHeartbeatTime' | 'lastTransitionTime'>[] = [
    { type: 'MemoryPressure', ...memory },
    { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
    { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
    { type: 'Ready', ...ready },
  ];
  const now = rfc3339(nowMs);
  return rows.map((row) => {
    const known = before?.conditions?.find(({ type }) => type === row.type);
    const lastTransitionTime = known?.status === row.status ? (known.lastTransitionTime ?? now) : now;
    return { ...row, lastHeartbeatTime: now, lastTransitionTime };
  });
}

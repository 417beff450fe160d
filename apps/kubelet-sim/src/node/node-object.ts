import type { CSINodeDriver, Node, NodeCondition, NodeStatus } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { KUBELET_VERSION, type NodeConfig, type NodeShape, POOL_LABEL } from '../config.ts';
import { NOTHING_TOLD, type Told } from '../stages/node-story.ts';
import { OS_IMAGE } from './base-files.ts';
import { NODE_ID_ANNOTATION, nodeIdsOf } from './csi-node.ts';
import { OWNED_ANNOTATION, type Owned } from './owned.ts';
import { resourcesOf } from './resources.ts';

/** A Node as its kubelet registers it: everything but the status. */
export function nodeObject(pool: string, shape: NodeShape, node: NodeConfig, drivers: readonly CSINodeDriver[]): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: node.name,
      labels: nodeLabels(pool, shape, node),
      annotations: {
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
        [OWNED_ANNOTATION]: JSON.stringify(ownedBy(shape)),
        [NODE_ID_ANNOTATION]: nodeIdsOf(drivers),
      },
    },
    spec: {
      ...(shape.taints.length > 0 ? { taints: shape.taints.map((taint) => ({ ...taint })) } : {}),
      ...(shape.unschedulable ? { unschedulable: true } : {}),
    },
  };
}

/** The labels that the kubelet keeps on its Node. Both `hostname` labels: manifests select by either (P6). */
export function nodeLabels(pool: string, shape: NodeShape, node: NodeConfig): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': 'amd64',
    'beta.kubernetes.io/os': 'linux',
    hostname: node.name,
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': node.name,
    'kubernetes.io/os': 'linux',
    [POOL_LABEL]: pool,
    ...shape.labels,
  };
}

export function ownedBy(shape: NodeShape): Owned {
  return { labels: Object.keys(shape.labels).sort(), resources: Object.keys(shape.extendedResources).sort() };
}

export interface NodeFacts {
  /** Differs from boot to boot. */
  bootId: string;
  /** The same at each boot: a UUID. */
  machineId: string;
  /** Whether Pods can have addresses. */
  networkReady: boolean;
  memoryPressure: boolean;
  images: NonNullable<NodeStatus['images']>;
  /** The volumes that nobody may take from the node. */
  volumesInUse: readonly string[];
  /** Extended resources that the node no longer has. */
  dropped?: readonly string[];
  /** What a table makes it say. */
  told?: Told;
}

/** The status of a Node; `before` is its last one, for the times of its conditions and what others have written. */
export function nodeStatus(
  shape: NodeShape,
  node: NodeConfig,
  facts: NodeFacts,
  before: NodeStatus | undefined,
  nowMs: number,
): NodeStatus {
  return {
    addresses: [
      { type: 'InternalIP', address: node.ip },
      { type: 'Hostname', address: node.name },
    ],
    ...resourcesOf(shape, before, facts.dropped ?? []),
    conditions: conditions(facts, before, nowMs),
    images: facts.images,
    ...(facts.volumesInUse.length > 0 ? { volumesInUse: [...facts.volumesInUse] } : {}),
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: facts.machineId.replaceAll('-', ''),
      systemUUID: facts.machineId,
      bootID: facts.bootId,
      kernelVersion: '6.1.0-kubernats',
      osImage: OS_IMAGE,
      containerRuntimeVersion: `kubernats://${shape.fidelity === 'live' ? 'sim' : 'status'}`,
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: 'amd64',
    },
  };
}

const NOT_READY =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

type Row = Omit<NodeCondition, 'lastHeartbeatTime' | 'lastTransitionTime'>;

function conditions(facts: NodeFacts, before: NodeStatus | undefined, nowMs: number): NodeCondition[] {
  const { networkReady, memoryPressure, told = NOTHING_TOLD } = facts;
  const ready = networkReady
    ? { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { status: 'False', reason: 'KubeletNotReady', message: NOT_READY };
  const memory = memoryPressure
    ? { status: 'True', reason: 'KubeletHasInsufficientMemory', message: 'kubelet has insufficient memory available' }
    : { status: 'False', reason: 'KubeletHasSufficientMemory', message: 'kubelet has sufficient memory available' };
  const own: Row[] = [
    { type: 'MemoryPressure', ...memory },
    { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: 'kubelet has no disk pressure' },
    { type: 'PIDPressure', status: 'False', reason: 'KubeletHasSufficientPID', message: 'kubelet has sufficient PID available' },
    { type: 'Ready', ...ready, ...(told.notReady ? { status: 'False', ...told.notReady } : {}) },
  ];
  const rows = [
    ...told.conditions.filter(({ type }) => own.every((row) => row.type !== type)),
    ...own.map((row) => told.conditions.find(({ type }) => type === row.type) ?? row),
  ];
  const now = rfc3339(nowMs);
  return rows.map((row) => {
    const known = before?.conditions?.find(({ type }) => type === row.type);
    const lastTransitionTime = known?.status === row.status ? (known.lastTransitionTime ?? now) : now;
    return { ...row, lastHeartbeatTime: now, lastTransitionTime };
  });
}

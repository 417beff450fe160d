import type {
  ConfigMap,
  Deployment,
  EndpointSlice,
  KubeObject,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  Service,
  StatefulSet,
  VolumeAttachment,
} from '@kubernats/api';

/** What checkers need to know of an object: a history of whole objects would be a hundred times as large. */
export type Observed = ObservedMeta & (Facts[keyof Facts] & { kind: ObservedKind });

export interface ObservedMeta {
  /** With its namespace. */
  name: string;
  uid: string;
  revision: number;
  /** It is being deleted. */
  ending: boolean;
}

interface Facts {
  ConfigMap: { kind: 'ConfigMap'; value: number };
  Pod: {
    kind: 'Pod';
    ip?: string;
    node?: string;
    phase: string;
    ready: boolean;
    claims: readonly string[];
    /** What its first container found in its volume, last time that it ended well. */
    read?: string;
  };
  Service: { kind: 'Service'; clusterIP?: string; nodePorts: readonly number[] };
  EndpointSlice: { kind: 'EndpointSlice'; service: string; ready: readonly { ip: string; node: string }[] };
  PersistentVolume: { kind: 'PersistentVolume'; phase: string; claim?: string };
  PersistentVolumeClaim: { kind: 'PersistentVolumeClaim'; phase: string; volume?: string };
  VolumeAttachment: { kind: 'VolumeAttachment'; volume: string; node: string; attached: boolean };
  Deployment: { kind: 'Deployment' } & Replicas;
  StatefulSet: { kind: 'StatefulSet' } & Replicas;
  Node: { kind: 'Node'; ready: boolean; podCidr?: string };
}

interface Replicas {
  wanted: number;
  generation: number;
  observedGeneration: number;
  replicas: number;
  ready: number;
  updated: number;
}

export type ObservedKind = keyof Facts;
export type ObservedOf<Kind extends ObservedKind> = ObservedMeta & Facts[Kind];

type Observers = { [Kind in ObservedKind]: (object: never) => Omit<Facts[Kind], 'kind'> };

const OBSERVERS: Observers = {
  ConfigMap: ({ data }: ConfigMap) => ({ value: Number(data?.value) }),
  Pod: ({ spec, status }: Pod) => ({
    ip: status?.podIP,
    node: spec?.nodeName,
    phase: status?.phase ?? 'Pending',
    ready: status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    claims: spec?.volumes?.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []) ?? [],
    read: status?.initContainerStatuses?.[0]?.state?.terminated?.message,
  }),
  Service: ({ spec }: Service) => ({
    clusterIP: spec?.clusterIP === 'None' ? undefined : spec?.clusterIP,
    nodePorts: spec?.ports?.flatMap(({ nodePort }) => nodePort ?? []) ?? [],
  }),
  EndpointSlice: ({ metadata, endpoints }: EndpointSlice) => ({
    service: metadata?.labels?.['kubernetes.io/service-name'] ?? '',
    ready:
      endpoints?.flatMap(({ addresses, conditions, nodeName }) =>
        conditions?.ready === false ? [] : addresses.map((ip) => ({ ip, node: nodeName ?? '' })),
      ) ?? [],
  }),
  PersistentVolume: ({ spec, status }: PersistentVolume) => ({ phase: status?.phase ?? 'Pending', claim: spec?.claimRef?.uid }),
  PersistentVolumeClaim: ({ spec, status }: PersistentVolumeClaim) => ({ phase: status?.phase ?? 'Pending', volume: spec?.volumeName }),
  VolumeAttachment: ({ spec, status }: VolumeAttachment) => ({
    volume: spec.source.persistentVolumeName ?? '',
    node: spec.nodeName,
    attached: status?.attached ?? false,
  }),
  Deployment: replicasOf,
  StatefulSet: replicasOf,
  Node: ({ spec, status }: Node) => ({
    ready: status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    podCidr: spec?.podCIDR,
  }),
};

function replicasOf({ metadata, spec, status }: Deployment | StatefulSet): Replicas {
  return {
    wanted: spec?.replicas ?? 1,
    generation: metadata?.generation ?? 0,
    observedGeneration: status?.observedGeneration ?? 0,
    replicas: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
  };
}

export const OBSERVED_KINDS = Object.keys(OBSERVERS) as ObservedKind[];

export function observe(kind: ObservedKind, object: KubeObject): Observed {
  const { name = '', namespace, uid = '', resourceVersion, deletionTimestamp } = object.metadata ?? {};
  return {
    ...(OBSERVERS[kind] as (object: KubeObject) => object)(object),
    ...{ kind, name: namespace === undefined ? name : `${namespace}/${name}`, uid, revision: Number(resourceVersion) },
    ending: deletionTimestamp !== undefined,
  } as Observed;
}

export const isOf =
  <Kind extends ObservedKind>(kind: Kind) =>
  (object: Observed): object is Observed & ObservedOf<Kind> =>
    object.kind === kind;

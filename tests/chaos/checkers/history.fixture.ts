import type { Call, Entry, Event, PodCall, Write } from '../history/entries.ts';
import type { Observed, ObservedKind, ObservedOf } from '../history/observed.ts';

/** Events a second apart, each noted when it happened. */
export const historyOf = (...events: (Event | Entry)[]): Entry[] => events.map((event, i) => ({ atMs: i * 1000, ...event }));

type FactsOf<Kind extends ObservedKind> = Omit<ObservedOf<Kind>, 'name' | 'uid' | 'revision' | 'ending'>;
const ONE_REPLICA = { wanted: 1, generation: 1, observedGeneration: 1, replicas: 1, ready: 1, updated: 1 };
const DEFAULTS: { [Kind in ObservedKind]: FactsOf<Kind> } = {
  ConfigMap: { kind: 'ConfigMap', value: 1 },
  Pod: { kind: 'Pod', phase: 'Running', ready: true, claims: [] },
  Service: { kind: 'Service', nodePorts: [] },
  EndpointSlice: { kind: 'EndpointSlice', service: 'front', ready: [] },
  PersistentVolume: { kind: 'PersistentVolume', phase: 'Bound' },
  PersistentVolumeClaim: { kind: 'PersistentVolumeClaim', phase: 'Bound' },
  VolumeAttachment: { kind: 'VolumeAttachment', volume: 'disk', node: 'node1', attached: true },
  Deployment: { kind: 'Deployment', ...ONE_REPLICA },
  StatefulSet: { kind: 'StatefulSet', ...ONE_REPLICA },
  Node: { kind: 'Node', ready: true },
};

/** An object whose UID is its name, unless another is given. */
export function an<Kind extends ObservedKind>(kind: Kind, name: string, revision: number, facts: Partial<ObservedOf<Kind>> = {}): Observed {
  const defaults: object = DEFAULTS[kind];
  return { ...defaults, name, uid: name, revision, ending: false, ...(facts as object) } as Observed;
}

export const told = (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Observed): Event => ({ what: 'watch-event', type, object });
export const added = (object: Observed): Event => told('ADDED', object);
export const modified = (object: Observed): Event => told('MODIFIED', object);
export const deleted = (object: Observed): Event => told('DELETED', object);
export const listed = (kind: ObservedKind, revision: number, ...objects: Observed[]): Event => ({
  ...{ what: 'watch-listed', kind, revision, objects },
});
export const state = (...objects: Observed[]): Event => ({ what: 'state', objects });

export const wrote = (verb: Write['verb'], name: string, value: number, outcome: Write['outcome'], revision?: number): Event => ({
  ...{ what: 'write', kind: 'ConfigMap', verb, name, value, outcome },
  ...(revision === undefined ? {} : { revision }),
});

type Answer = { pod: string } | { error: string };
export const called = (fromMs: number, atMs: number, answer: Answer): Entry & Call => ({
  ...{ what: 'call', service: 'front', way: 'cluster IP', carrier: 'service-proxy', fromMs, atMs },
  ...answer,
});
export const calledPod = (ip: string, fromMs: number, atMs: number, answer: Answer): Entry & PodCall => ({
  ...{ what: 'pod-call', ip, fromMs, atMs },
  ...answer,
});

const fault = (component: string) => ({ id: 1, kind: 'kill' as const, component, atMs: 0, forMs: 0 });
export const begun = (component: string): Event => ({ what: 'fault-begun', fault: fault(component) });
export const healed = (component: string): Event => ({ what: 'fault-healed', fault: fault(component) });

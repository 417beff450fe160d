import {
  ConfigMaps,
  DaemonSets,
  Deployments,
  Jobs,
  type KindRef,
  type KubeObject,
  Nodes,
  type Pod,
  Pods,
  ReplicaSets,
  ReplicationControllers,
  StatefulSets,
} from '@kubernats/api';
import fc from 'fast-check';
import type { ControlPlane } from './control-plane.ts';
import { template } from './living-pods.ts';

/** A Pod as somebody may have left it: a controller that died, a person, a node that went. */
export interface PodState {
  /** Whose it is: of the set, of nobody, of something else that is there, or of something that is gone. */
  owner: 'set' | 'nobody' | 'other' | 'gone';
  selected: boolean;
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  ready: boolean;
  node: 'n1' | 'n2' | undefined;
  /** On its way out; only what is on a node stays so. */
  going: boolean;
  ordinal: number;
  tracked: boolean;
}

export const KINDS = {
  ReplicaSet: ReplicaSets,
  ReplicationController: ReplicationControllers,
  Deployment: Deployments,
  StatefulSet: StatefulSets,
  DaemonSet: DaemonSets,
  Job: Jobs,
};
export type SetKind = keyof typeof KINDS;

/** A set, its Pods, and what there is of ReplicaSets, whose template may be another one. */
export interface AnyState {
  kind: SetKind;
  replicas: number;
  pods: PodState[];
  replicaSets: { image: string; replicas: number; owned: boolean; revision: number }[];
}

const podState = (kind: SetKind): fc.Arbitrary<PodState> =>
  fc.record({
    // A name that somebody else holds keeps a StatefulSet waiting, as it should.
    owner: kind === 'StatefulSet' ? fc.constantFrom('set', 'nobody', 'gone') : fc.constantFrom('set', 'nobody', 'other', 'gone'),
    selected: kind === 'StatefulSet' ? fc.constant(true) : fc.boolean(),
    phase: fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed'),
    ready: fc.boolean(),
    node: kind === 'DaemonSet' ? fc.constantFrom('n1', 'n2') : fc.constantFrom(undefined, 'n1', 'n2'),
    going: fc.boolean(),
    ordinal: fc.integer({ min: 0, max: 5 }),
    tracked: fc.boolean(),
  });

export const anyState = (kind: SetKind): fc.Arbitrary<AnyState> =>
  fc.record({
    kind: fc.constant(kind),
    replicas: fc.integer({ min: 0, max: 3 }),
    pods:
      kind === 'StatefulSet'
        ? fc.uniqueArray(podState(kind), { maxLength: 6, selector: ({ ordinal }) => ordinal })
        : fc.array(podState(kind), { maxLength: 6 }),
    replicaSets:
      kind === 'Deployment'
        ? fc.uniqueArray(
            fc.record({
              image: fc.constantFrom('a', 'b', 'c'),
              replicas: fc.integer({ min: 0, max: 4 }),
              owned: fc.boolean(),
              revision: fc.integer({ min: 0, max: 5 }),
            }),
            { maxLength: 3, selector: ({ image }) => image },
          )
        : fc.constant([]),
  });

const SELECTED = { app: 'web' };
const at = (name: string) => ({ name, namespace: 'default' });

/** What a set of this kind and size says. */
function specOf(kind: SetKind, replicas: number): object {
  const pods = template('web', 'a');
  const selector = kind === 'ReplicationController' ? SELECTED : { matchLabels: SELECTED };
  if (kind === 'DaemonSet') return { selector, template: pods };
  if (kind !== 'Job') return { selector, replicas, template: pods, ...(kind === 'StatefulSet' && { serviceName: 'web' }) };
  const once = { ...pods, spec: { ...pods.spec, restartPolicy: 'Never' } };
  return { selector, manualSelector: true, completions: replicas, parallelism: 2, backoffLimit: 100, template: once };
}

/** Brings the state about, with nobody there to act on it. */
export async function arrange({ client }: ControlPlane, { kind, replicas, pods, replicaSets }: AnyState): Promise<void> {
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  for (const name of ['n1', 'n2']) {
    await client.kind(Nodes).create({ metadata: { name } });
    await client.kind(Nodes).patch(name, undefined, 'strategic', { status: ready }, { subresource: 'status' });
  }
  const other = await client.kind(ConfigMaps).create({ metadata: at('other') });
  const set = await client
    .kind(KINDS[kind] as KindRef<KubeObject>)
    .create({ metadata: at('web'), spec: specOf(kind, replicas) } as KubeObject);
  const reference = (apiVersion: string, kindName: string, name: string, uid = '') => ({
    apiVersion,
    kind: kindName,
    name,
    uid,
    controller: true,
  });
  const { apiVersion = '' } = set;
  const owners = {
    set: [reference(apiVersion, kind, 'web', set.metadata?.uid)],
    other: [reference('v1', 'ConfigMap', 'other', other.metadata?.uid)],
    gone: [reference(apiVersion, kind, 'web', '00000000-0000-4000-8000-000000000000')],
    nobody: undefined,
  };
  for (const { image, replicas: size, owned, revision } of replicaSets) {
    const labels = { ...SELECTED, 'pod-template-hash': image };
    const { spec } = template('web', image);
    await client.kind(ReplicaSets).create({
      metadata: {
        ...at(`web-${image}`),
        labels,
        ...(revision > 0 && { annotations: { 'deployment.kubernetes.io/revision': `${revision}` } }),
        ...(owned && { ownerReferences: owners.set }),
      },
      spec: { replicas: size, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    });
  }
  // Pods belong to ReplicaSets, where these do to the set.
  const owner = kind === 'Deployment' ? { ...owners, set: undefined } : owners;
  for (const [i, state] of pods.entries())
    await place(client, state, kind === 'StatefulSet' ? `web-${state.ordinal}` : `stray-${i}`, kind, owner[state.owner]);
}

type Owners = NonNullable<Pod['metadata']>['ownerReferences'];

async function place(client: ControlPlane['client'], state: PodState, name: string, kind: SetKind, ownerReferences: Owners): Promise<void> {
  const pods = client.kind(Pods);
  const { spec } = template('web', 'a');
  await pods.create({
    metadata: {
      ...at(name),
      labels: state.selected ? SELECTED : { app: 'free' },
      ...(ownerReferences && { ownerReferences }),
      ...(kind === 'Job' && state.tracked && { finalizers: ['batch.kubernetes.io/job-tracking'] }),
    },
    spec: { ...spec, ...(kind === 'Job' && { restartPolicy: 'Never' }), ...(state.node && { nodeName: state.node }) },
  });
  const status = {
    phase: state.phase,
    conditions: [{ type: 'Ready', status: state.ready && state.phase === 'Running' ? 'True' : 'False' }],
  };
  await pods.patch(name, 'default', 'strategic', { status }, { subresource: 'status' });
  if (state.going && state.node) await pods.delete(name, 'default');
}

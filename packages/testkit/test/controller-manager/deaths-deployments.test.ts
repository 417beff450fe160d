import { type Deployment, Deployments, Pods, type ReplicaSet, ReplicaSets } from '@kubernats/api';
import { expect } from 'vitest';
import type { ControlPlane } from './control-plane.ts';
import { type Story, until, whoeverDies } from './deaths.ts';
import { template } from './living-pods.ts';
import { deployment, ownerUidOf } from './objects.ts';

const deployments = ({ client }: ControlPlane) => client.kind(Deployments);
const now = (plane: ControlPlane): Promise<Deployment> => deployments(plane).get('web', 'default');
const imagesOf = async (plane: ControlPlane): Promise<(string | undefined)[]> =>
  (await plane.list(Pods)).map(({ spec }) => spec?.containers[0]?.image);

/** Whether the Deployment says that all of it is as it should be. */
async function isRolledOut(plane: ControlPlane): Promise<boolean> {
  const { metadata, spec, status = {} } = await now(plane);
  const { observedGeneration, replicas = 0, updatedReplicas = 0, availableReplicas = 0, terminatingReplicas = 0 } = status;
  const counts = new Set([spec?.replicas, replicas, updatedReplicas, availableReplicas]);
  return observedGeneration === metadata?.generation && counts.size === 1 && terminatingReplicas === 0;
}

async function make(plane: ControlPlane, pass: () => Promise<void>, replicas: number, spec: Deployment['spec']): Promise<void> {
  await deployments(plane).create(deployment('web', replicas, { image: 'a', spec }));
  await until(plane, pass, () => isRolledOut(plane));
}

async function change(plane: ControlPlane, pass: () => Promise<void>, spec: object): Promise<void> {
  await deployments(plane).patch('web', 'default', 'strategic', { spec });
  await until(plane, pass, () => isRolledOut(plane));
}

const image = (name: string): object => ({ template: { spec: { containers: [{ name: 'web', image: name }] } } });

const rollOutAndBack: Story = {
  what: 'the roll-out of a Deployment, and the way back',
  pods: 3,
  async run(plane, pass) {
    await make(plane, pass, 1, undefined);
    await change(plane, pass, image('b'));
    await change(plane, pass, image('a'));
  },
  async check(plane) {
    expect(await imagesOf(plane)).toEqual(['a']);
    const revisions = (await plane.list(ReplicaSets)).map(({ metadata, spec }) => [
      metadata?.annotations?.['deployment.kubernetes.io/revision'],
      metadata?.annotations?.['deployment.kubernetes.io/revision-history'],
      spec?.replicas,
    ]);
    expect(revisions.sort()).toEqual([
      ['2', undefined, 0],
      ['3', '1', 1],
    ]);
    const { metadata, status } = await now(plane);
    expect(metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
    expect(status?.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
      ['Available', 'MinimumReplicasAvailable'],
      ['Progressing', 'NewReplicaSetAvailable'],
    ]);
  },
};

const recreation: Story = {
  what: 'the recreation of a Deployment',
  pods: 2,
  async run(plane, pass) {
    await make(plane, pass, 1, { strategy: { type: 'Recreate' } } as Deployment['spec']);
    await change(plane, pass, image('b'));
  },
  check: async (plane) => expect(await imagesOf(plane)).toEqual(['b']),
};

const scaling: Story = {
  what: 'a Deployment that grows and shrinks',
  pods: 3,
  async run(plane, pass) {
    await make(plane, pass, 1, undefined);
    await change(plane, pass, { replicas: 3 });
    await change(plane, pass, { replicas: 1 });
  },
  async check(plane) {
    expect(await imagesOf(plane)).toEqual(['a']);
    expect((await plane.list(ReplicaSets)).map(({ status }) => status)).toEqual([
      expect.objectContaining({ replicas: 1, availableReplicas: 1, terminatingReplicas: 0, observedGeneration: 3 }),
    ]);
  },
};

const paused: Story = {
  what: 'a Deployment that is changed while it is paused, and resumed',
  pods: 2,
  async run(plane, pass) {
    await make(plane, pass, 1, undefined);
    await deployments(plane).patch('web', 'default', 'strategic', { spec: { paused: true, ...image('b') } });
    await pass();
    expect(await imagesOf(plane)).toEqual(['a']);
    await change(plane, pass, { paused: false });
  },
  check: async (plane) => expect(await imagesOf(plane)).toEqual(['b']),
};

/** The deletion of a Deployment with one ReplicaSet and one Pod. */
const deletion = (propagationPolicy: 'Background' | 'Foreground' | 'Orphan'): Story => ({
  what: `the deletion of a Deployment (${propagationPolicy})`,
  pods: 1,
  async run(plane, pass) {
    await make(plane, pass, 1, undefined);
    await deployments(plane).delete('web', 'default', { propagationPolicy });
    await until(plane, pass, async () => {
      const left: (Deployment | ReplicaSet)[] = [...(await plane.list(Deployments)), ...(await plane.list(ReplicaSets))];
      if (propagationPolicy !== 'Orphan') return left.length === 0 && (await plane.list(Pods)).length === 0;
      return left.length === 1 && left.every((each) => ownerUidOf(each) === undefined);
    });
  },
  async check(plane) {
    const orphans = propagationPolicy === 'Orphan' ? 1 : 0;
    const [replicaSets, pods] = [await plane.list(ReplicaSets), await plane.list(Pods)];
    expect([replicaSets.length, pods.length]).toEqual([orphans, orphans]);
    expect(pods.map(ownerUidOf)).toEqual(replicaSets.map(({ metadata }) => metadata?.uid));
  },
});

const adoption: Story = {
  what: 'a ReplicaSet that takes one Pod over and lets another go',
  pods: 3,
  async run(plane, pass) {
    const metadata = { name: 'stray', namespace: 'default', labels: { app: 'web' } };
    await plane.client.kind(Pods).create({ metadata, spec: template('web', 'a').spec });
    const spec = { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template('web', 'a') };
    const { metadata: made } = await plane.client.kind(ReplicaSets).create({ metadata: { name: 'web', namespace: 'default' }, spec });
    const owned = async () => (await plane.list(Pods)).filter((pod) => ownerUidOf(pod) === made?.uid).length;
    await until(plane, pass, async () => (await owned()) === 2);
    await plane.client.kind(Pods).patch('stray', 'default', 'merge', { metadata: { labels: { app: 'free' } } });
    await until(plane, pass, async () => (await owned()) === 2 && (await plane.list(Pods)).length === 3);
  },
  async check(plane) {
    const stray = await plane.client.kind(Pods).get('stray', 'default');
    expect(ownerUidOf(stray)).toBeUndefined();
  },
};

for (const story of [rollOutAndBack, recreation, scaling, paused, adoption]) whoeverDies(story);
for (const policy of ['Background', 'Foreground', 'Orphan'] as const) whoeverDies(deletion(policy));

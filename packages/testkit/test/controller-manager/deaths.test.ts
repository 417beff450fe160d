import {
  ControllerRevisions,
  DaemonSets,
  Deployments,
  HorizontalPodAutoscalers,
  Jobs,
  Nodes,
  PersistentVolumeClaims,
  Pods,
  StatefulSets,
} from '@kubernats/api';
import { AUTOSCALING_DEFAULTS, type ControllerManagerConfig } from '@kubernats/controller-manager';
import { describe, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { isDone, live, template } from './living-pods.ts';
import { type Load, meterPods } from './metered-pods.ts';
import { namesOf } from './objects.ts';

/** Something that controllers bring about, with all that must hold in the end. */
interface Story {
  what: string;
  /** Lets it happen. `pass` moves time by a second. */
  run(plane: ControlPlane, pass: () => Promise<void>): Promise<void>;
  check(plane: ControlPlane): Promise<void>;
  /** How many Pods it takes. */
  pods: number;
  config?: Partial<ControllerManagerConfig>;
}

const claim = { metadata: { name: 'www' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };

async function untilDone(plane: ControlPlane, pass: () => Promise<void>, count: number, image: string): Promise<void> {
  for (let seconds = 0; !isDone(await live(plane), count, image); seconds++) {
    expect(seconds).toBeLessThan(60);
    await pass();
  }
}

const statefulSet: Story = {
  what: 'the roll-out of a StatefulSet',
  pods: 4,
  async run(plane, pass) {
    const sets = plane.client.kind(StatefulSets);
    await sets.create({
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template('web', 'a'), volumeClaimTemplates: [claim] },
    });
    await untilDone(plane, pass, 2, 'a');
    await sets.patch('web', 'default', 'strategic', { spec: { template: template('web', 'b') } });
    await untilDone(plane, pass, 2, 'b');
  },
  async check(plane) {
    expect(namesOf(await plane.list(Pods))).toEqual(['web-0', 'web-1']);
    expect(namesOf(await plane.list(PersistentVolumeClaims))).toEqual(['www-web-0', 'www-web-1']);
    const revisions = await plane.list(ControllerRevisions);
    expect(revisions.map(({ revision }) => revision).sort()).toEqual([1, 2]);
    const newest = revisions.find(({ revision }) => revision === 2)?.metadata?.name;
    const { status } = await plane.client.kind(StatefulSets).get('web', 'default');
    expect(status).toMatchObject({ replicas: 2, availableReplicas: 2, currentRevision: newest, updateRevision: newest });
  },
};

const daemonSet: Story = {
  what: 'the roll-out of a DaemonSet',
  pods: 4,
  async run(plane, pass) {
    for (const name of ['n1', 'n2']) await plane.client.kind(Nodes).create({ metadata: { name } });
    const sets = plane.client.kind(DaemonSets);
    const spec = { selector: { matchLabels: { app: 'log' } }, template: template('log', 'a') };
    await sets.create({ metadata: { name: 'log', namespace: 'default' }, spec });
    await untilDone(plane, pass, 2, 'a');
    await sets.patch('log', 'default', 'strategic', { spec: { template: template('log', 'b') } });
    await untilDone(plane, pass, 2, 'b');
  },
  async check(plane) {
    expect((await plane.list(ControllerRevisions)).map(({ revision }) => revision).sort()).toEqual([1, 2]);
    const { status } = await plane.client.kind(DaemonSets).get('log', 'default');
    expect(status).toMatchObject({ desiredNumberScheduled: 2, updatedNumberScheduled: 2, observedGeneration: 2 });
  },
};

const job: Story = {
  what: 'a Job of which one Pod fails',
  pods: 4,
  async run(plane, pass) {
    const spec = { completions: 3, parallelism: 2, template: template('sum', 'a') };
    Object.assign(spec.template.spec, { restartPolicy: 'Never' });
    await plane.client.kind(Jobs).create({ metadata: { name: 'sum', namespace: 'default' }, spec });
    let ended = 0;
    for (let seconds = 0; ; seconds++) {
      const { status } = await plane.client.kind(Jobs).get('sum', 'default');
      if (status?.completionTime !== undefined) return;
      expect(seconds).toBeLessThan(60);
      const running = (await plane.list(Pods)).find(({ status }) => status?.phase === 'Pending');
      if (running) {
        const phase = ended++ === 0 ? 'Failed' : 'Succeeded';
        await plane.client
          .kind(Pods)
          .patch(running.metadata?.name ?? '', 'default', 'merge', { status: { phase } }, { subresource: 'status' });
      }
      await pass();
    }
  },
  async check(plane) {
    const { status } = await plane.client.kind(Jobs).get('sum', 'default');
    expect(status).toMatchObject({ succeeded: 3, failed: 1, uncountedTerminatedPods: {} });
    expect(status?.conditions?.map(({ type }) => type)).toEqual(['SuccessCriteriaMet', 'Complete']);
    for (const { metadata } of await plane.list(Pods)) expect(metadata?.finalizers).toBeUndefined();
  },
};

const LONG_MS = 24 * 3_600_000;
const autoscaler: Story = {
  what: 'an autoscaler whose load comes and goes',
  pods: 4,
  config: {
    nodeMonitorGracePeriodMs: LONG_MS,
    nodeStartupGracePeriodMs: LONG_MS,
    autoscaling: { ...AUTOSCALING_DEFAULTS, syncPeriodMs: 1_000 },
  },
  async run(plane, pass) {
    const load: Load = { milli: 400 };
    await using _pods = await meterPods(plane, load);
    const metadata = { name: 'web', namespace: 'default' };
    const spec = { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: template('web', 'a') };
    await plane.client.kind(Deployments).create({ metadata, spec });
    const target = { type: 'AverageValue', averageValue: '100m' };
    await plane.client.kind(HorizontalPodAutoscalers).create({
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        maxReplicas: 8,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
        behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
      },
    });
    for (const size of [4, 1]) {
      load.milli = size * 100;
      for (let seconds = 0; (await plane.list(Pods)).length !== size; seconds++) {
        expect(seconds).toBeLessThan(60);
        await pass();
      }
    }
  },
  async check(plane) {
    expect((await plane.client.kind(Deployments).get('web', 'default')).spec?.replicas).toBe(1);
    const { status } = await plane.client.kind(HorizontalPodAutoscalers).get('web', 'default');
    expect(status).toMatchObject({ currentReplicas: 1, desiredReplicas: 1 });
  },
};

const podsMade = ({ written }: ControlPlane): number => written.filter((write) => write === 'create pods').length;

/** Tells the story with controllers that die after so many writes; others begin when nothing happens any more. */
async function tell({ run, check, pods, config }: Story, deathAfter: number): Promise<number> {
  await using plane = await startControlPlane(config, { direct: true });
  plane.dieAfter(deathAfter);
  let [before, quietSeconds] = [0, 0];
  await run(plane, async () => {
    await plane.pass(1);
    quietSeconds = plane.written.length === before ? quietSeconds + 1 : 0;
    before = plane.written.length;
    if (quietSeconds === 2) await plane.restart();
  });
  await plane.restart();
  await plane.pass(1);
  await check(plane);
  expect(podsMade(plane), `dead after ${deathAfter} writes: ${plane.written.join(', ')}`).toBe(pods);
  return plane.written.length;
}

describe.each([statefulSet, daemonSet, job, autoscaler])('P8: $what', (story) => {
  test('ends as it should, with no Pod more than it needs, whichever write is the last one of a controller-manager', async () => {
    const writes = await tell(story, Number.POSITIVE_INFINITY);
    expect(writes).toBeGreaterThan(story.pods);
    for (let deathAfter = 0; deathAfter < writes; deathAfter++) await tell(story, deathAfter);
  });
});

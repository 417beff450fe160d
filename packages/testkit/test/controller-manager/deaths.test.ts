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
import { AUTOSCALING_DEFAULTS } from '@kubernats/controller-manager';
import { expect } from 'vitest';
import type { ControlPlane } from './control-plane.ts';
import { type Story, until, whoeverDies } from './deaths.ts';
import { isDone, live, template } from './living-pods.ts';
import { type Load, meterPods } from './metered-pods.ts';
import { namesOf } from './objects.ts';

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

const shrunk: Story = {
  what: 'a StatefulSet that gives Pods up with their claims',
  pods: 2,
  async run(plane, pass) {
    const sets = plane.client.kind(StatefulSets);
    const spec = { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template('web', 'a'), volumeClaimTemplates: [claim] };
    const persistentVolumeClaimRetentionPolicy = { whenScaled: 'Delete' } as const;
    await sets.create({ metadata: { name: 'web', namespace: 'default' }, spec: { ...spec, persistentVolumeClaimRetentionPolicy } });
    await untilDone(plane, pass, 2, 'a');
    await sets.patch('web', 'default', 'merge', { spec: { replicas: 1 } });
    await until(plane, pass, async () => {
      const claims = await plane.list(PersistentVolumeClaims);
      for (const { metadata } of claims.filter(({ metadata }) => metadata?.deletionTimestamp)) await unprotect(plane, metadata?.name);
      return claims.length === 1;
    });
  },
  async check(plane) {
    expect(namesOf(await plane.list(Pods))).toEqual(['web-0']);
    const claims = await plane.list(PersistentVolumeClaims);
    expect(claims.map(({ metadata }) => [metadata?.name, metadata?.ownerReferences])).toEqual([['www-web-0', undefined]]);
  },
};

/** What the volume controller does for a claim that nobody uses. */
async function unprotect({ client }: ControlPlane, name = ''): Promise<void> {
  await client.kind(PersistentVolumeClaims).patch(name, 'default', 'merge', { metadata: { finalizers: null } });
}

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
    const isAt = async (size: number): Promise<boolean> => {
      const { status } = await plane.client.kind(HorizontalPodAutoscalers).get('web', 'default');
      return status?.desiredReplicas === size && (await plane.list(Pods)).length === size;
    };
    for (const size of [4, 1]) {
      load.milli = size * 100;
      for (let seconds = 0; !(await isAt(size)); seconds++) {
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

for (const story of [statefulSet, shrunk, daemonSet, job, autoscaler]) whoeverDies(story);

import { CoreEvents, Deployments, type KindRef, type KubeObject, Pods, ReplicaSets } from '@kubernats/api';
import { createInformer } from '@kubernats/client';
import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../../src/index.ts';
import { deployment, inDefault } from './objects.ts';
import { passing } from './passing.ts';

const START_MS = Date.UTC(2026, 0, 1);
const FOLLOWED = [Deployments, ReplicaSets, Pods, CoreEvents] as readonly KindRef<KubeObject>[];
const crasher = { names: ['example/crasher'], run: () => 1 };

/** All states that objects of the namespace were in, as text, one a line. */
function follow(cluster: TestCluster, signal: AbortSignal): { lines: string[]; ended: Promise<unknown> } {
  const lines: string[] = [];
  const informers = FOLLOWED.map((target) => {
    const informer = createInformer<KubeObject>({ transport: cluster.client.transport, target, namespace: 'default' });
    const write = (what: string) => (object: KubeObject) => lines.push(`${what} ${target.plural} ${JSON.stringify(object)}`);
    informer.addHandler({ add: write('add'), update: write('update'), delete: write('delete') });
    return informer;
  });
  return { lines, ended: Promise.all(informers.map((informer) => informer.run(signal))) };
}

/** An hour in which one Deployment's container crashes and another's Pod finds no node. */
async function hour(seed: number) {
  const clock = new SteppedClock(START_MS);
  const cluster = await passing(clock, startCluster({ nodes: 1, clock, seed, images: [crasher] }));
  const stop = new AbortController();
  const { lines, ended } = follow(cluster, stop.signal);
  const deadline = { progressDeadlineSeconds: 600 };
  await cluster.apply(deployment('crash', 1, { image: 'example/crasher', spec: deadline }));
  await cluster.apply(deployment('stuck', 1, { spec: deadline, pod: { nodeSelector: { hostname: 'nowhere' } } }));
  const appliedMs = clock.now();
  const conditionsAt: (string | undefined)[] = [];
  for (let minute = 1; minute <= 60; minute++) {
    await clock.advance(60_000);
    const { status } = await cluster.client.kind(Deployments).get('stuck', 'default');
    conditionsAt.push(status?.conditions?.find(({ type }) => type === 'Progressing')?.reason);
  }
  const { items } = await cluster.client.kind(Pods).list(inDefault('app=crash'));
  const restarts = items.map(({ status }) => status?.containerStatuses?.[0]?.restartCount);
  const waiting = items.map(({ status }) => status?.containerStatuses?.[0]?.state?.waiting?.reason);
  stop.abort();
  await passing(clock, Promise.all([ended, cluster.stop()]));
  return { appliedMs, conditionsAt, restarts, waiting, history: lines.join('\n') };
}

test('P8: an hour of CrashLoopBackOff and a progress deadline pass at once, and the same seed gives the same history to the byte', async () => {
  const first = await hour(7);
  // Back-offs of 10, 20, 40, 80 and 160 seconds, and then one each five minutes.
  expect([first.restarts, first.waiting]).toEqual([[5 + 10 + 1], ['CrashLoopBackOff']]);
  expect(first.conditionsAt.slice(0, 9)).toEqual(Array(9).fill('ReplicaSetUpdated'));
  expect(first.conditionsAt.slice(10)).toEqual(Array(50).fill('ProgressDeadlineExceeded'));
  const second = await hour(7);
  expect(second.history.length).toBeGreaterThan(10_000);
  expect(second.history === first.history, firstDifference(first.history, second.history)).toBe(true);
});

function firstDifference(one: string, other: string): string {
  const [a, b] = [one.split('\n'), other.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  return `line ${at}: ${a[at]}\n${b[at]}`;
}

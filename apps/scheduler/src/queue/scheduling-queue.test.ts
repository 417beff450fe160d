import { SteppedClock } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { type PodInfo, podInfoOf } from '../snapshot/pod-info.ts';
import { SchedulingQueue } from './scheduling-queue.ts';

const info = (name: string, priority?: number) => podInfoOf({ metadata: { name, namespace: 'd' }, spec: { containers: [], priority } });

const CLAIM = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };

function setUp() {
  const clock = new SteppedClock();
  let signals = 0;
  const queue = new SchedulingQueue(clock, () => signals++);
  const take = () => queue.take()?.pod.metadata?.name;
  return { clock, queue, take, signals: () => signals };
}

describe('the scheduling queue', () => {
  test('gives the highest priority first, and of equals the oldest', () => {
    const { queue, take } = setUp();
    for (const each of [info('a'), info('b', 100), info('c'), info('d', 100), info('e', -1)]) queue.add(each);
    expect([take(), take(), take(), take(), take(), take()]).toEqual(['b', 'd', 'a', 'c', 'e', undefined]);
  });

  test('a Pod is there once, however often it is added; one that was removed is not given out', () => {
    const { queue, take } = setUp();
    queue.add(info('a'));
    queue.add(info('a'));
    queue.add(info('b'));
    queue.remove('d/b');
    expect([take(), take()]).toEqual(['a', undefined]);
  });

  test('a parked Pod stays where it is until something helps it', async () => {
    const { clock, queue, take, signals } = setUp();
    queue.add(info('a'));
    take();
    queue.park('d/a', new Set(['NodeResourcesFit']));
    await clock.advance(3_600_000);
    expect([signals(), take(), clock.waiting]).toEqual([1, undefined, 0]);
    queue.wake(() => false);
    expect(take()).toBeUndefined();
    queue.wake(() => true);
    expect([signals(), take()]).toEqual([2, 'a']);
  });

  test('what helps often does not make it tried more often than its backoff allows: 1 s, doubling to 10 s', async () => {
    const { clock, queue, take } = setUp();
    const start = clock.now();
    const tried: number[] = [];
    queue.add(info('a'));
    for (let i = 0; i < 400; i++) {
      if (take()) {
        tried.push(clock.now() - start);
        queue.park('d/a', new Set(['NodeResourcesFit']));
      }
      queue.wake(() => true);
      await clock.advance(100);
    }
    expect(tried).toEqual([0, 1_000, 3_000, 7_000, 15_000, 25_000, 35_000]);
  });

  test('of Pods that are alike one is asked about, and all are tried; of Pods with claims each', async () => {
    const { clock, queue, take } = setUp();
    const withClaim = (name: string): PodInfo => podInfoOf({ ...info(name).pod, spec: { containers: [], volumes: [CLAIM] } });
    const pods = [info('a'), info('b'), withClaim('c'), withClaim('d')];
    for (const each of pods) queue.add(each);
    for (const { key } of pods) {
      take();
      queue.park(key, new Set(['InterPodAffinity']));
    }
    await clock.advance(1_000);
    const asked: string[] = [];
    queue.wakeRefused(({ key }, plugin) => asked.push(`${plugin} ${key}`) > 0);
    expect(asked).toEqual(['InterPodAffinity d/a', 'InterPodAffinity d/c', 'InterPodAffinity d/d']);
    expect([take(), take(), take(), take(), take()]).toEqual(['a', 'b', 'c', 'd', undefined]);
    queue.wakeRefused(() => expect.unreachable());
  });

  test('a change of the Pod itself is tried at once', () => {
    const { queue, take } = setUp();
    queue.add(info('a'));
    take();
    queue.park('d/a', new Set(['NodeResourcesFit']));
    queue.add(info('a'));
    expect(take()).toBe('a');
  });

  test('what failed is tried again by itself', async () => {
    const { clock, queue, take } = setUp();
    for (const name of ['a', 'b']) queue.add(info(name));
    take();
    queue.retry('d/a');
    await clock.advance(500);
    take();
    queue.retry('d/b');
    await clock.advance(500);
    expect([take(), take()]).toEqual(['a', undefined]);
    await clock.advance(500);
    expect(take()).toBe('b');
  });

  test('one that its gate keeps is tried when the gate has opened and something says so', async () => {
    const clock = new SteppedClock();
    let isOpen = false;
    const queue = new SchedulingQueue(clock, () => {}, { gate: () => (isOpen ? undefined : 'Gate') });
    queue.add(info('a'));
    queue.wake(() => true);
    queue.wakeRefused(() => true);
    expect(queue.take()).toBeUndefined();
    isOpen = true;
    queue.wake(() => true);
    expect(queue.take()).toBeUndefined();
    queue.wakeRefused((_info, plugin) => plugin === 'Gate');
    expect(queue.take()?.key).toBe('d/a');
  });

  test('one that was refused where it was on its way to is not helped by nodes, and waits so long at most', async () => {
    const { clock, queue, take } = setUp();
    queue.add(info('a'));
    take();
    queue.park('d/a', new Set(['Mine']), { atNodes: false, atMostMs: 300_000 });
    queue.wake(() => true);
    await clock.advance(299_000);
    expect(take()).toBeUndefined();
    await clock.advance(1_000);
    expect(take()).toBe('a');
  });
});

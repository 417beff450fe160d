import { type Pod, Pods } from '@kubernats/api';
import { type ApiTransport, createInformer, type FollowSink } from '@kubernats/client';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { type ControllerOptions, createController } from './controller.ts';
import { TerminalError } from './terminal-error.ts';

function setUp(reconcile: ControllerOptions['reconcile'], more: Partial<ControllerOptions> = {}) {
  const clock = new SteppedClock();
  const controller = createController({ name: 'test', clock, random: seededRandom(1), reconcile, ...more });
  const stop = new AbortController();
  return { clock, controller, stop, done: controller.run(stop.signal) };
}

describe('the reconcile loop', () => {
  test('a failure is tried again with a growing delay, and success forgets it', async () => {
    const at: number[] = [];
    const { clock, controller } = setUp(async () => {
      at.push(clock.now());
      if (at.length < 5) throw new Error('not yet');
    });
    controller.enqueue('a');
    await clock.advance(10_000);
    expect(at).toHaveLength(5);
    const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    for (const [index, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(5 * 2 ** index * 0.75);
      expect(gap).toBeLessThanOrEqual(5 * 2 ** index * 1.25);
    }
  });

  test('a TerminalError is not tried again until the key comes anew', async () => {
    let tries = 0;
    const { clock, controller } = setUp(async () => {
      tries++;
      throw new TerminalError('hopeless');
    });
    controller.enqueue('a');
    await clock.advance(3_600_000);
    expect(tries).toBe(1);
    controller.enqueue('a');
    await clock.advance(0);
    expect(tries).toBe(2);
  });

  test('requeueAfterMs looks again later', async () => {
    const at: number[] = [];
    const { clock, controller } = setUp(async () => {
      at.push(clock.now());
      return at.length < 3 ? { requeueAfterMs: 1_000 } : undefined;
    });
    const start = clock.now();
    controller.enqueue('a');
    await clock.advance(10_000);
    expect(at.map((time) => time - start)).toEqual([0, 1_000, 2_000]);
  });

  test('different keys are worked on side by side up to the limit, one key never', async () => {
    let working = 0;
    let most = 0;
    const { clock, controller } = setUp(
      async () => {
        working++;
        most = Math.max(most, working);
        await clock.sleep(100);
        working--;
      },
      { concurrency: 3 },
    );
    for (const key of ['a', 'b', 'c', 'd', 'e', 'a']) controller.enqueue(key);
    await clock.advance(50);
    controller.enqueue('a');
    await clock.advance(1_000);
    expect(most).toBe(3);
  });

  test('an abort lets the last reconcile end, and then the loop', async () => {
    let aborted = false;
    const { clock, controller, stop, done } = setUp(async (_key, { signal }) => {
      await clock.sleep(1_000, signal).catch(() => {});
      aborted = signal.aborted;
    });
    controller.enqueue('a');
    await clock.advance(10);
    stop.abort();
    await done;
    expect(aborted).toBe(true);
  });

  test('starts only when its informers are synced, and sees both states of a change', async () => {
    let sink: FollowSink | undefined;
    const transport: ApiTransport = {
      request: () => Promise.reject(new Error('not asked')),
      async follow(_target, to) {
        sink = to;
      },
    };
    const informer = createInformer({ transport, target: Pods });
    const keys: string[] = [];
    const clock = new SteppedClock();
    const controller = createController({ name: 'test', clock, random: seededRandom(1), reconcile: async (key) => void keys.push(key) });
    const pod = (name: string, resourceVersion: string, nodeName: string): Pod => ({
      metadata: { name, namespace: 'default', resourceVersion, uid: name },
      spec: { containers: [], nodeName },
    });
    controller.watch(informer, (object) => [object.spec?.nodeName ?? '']);
    controller.enqueue('early');
    void controller.run(new AbortController().signal);
    void informer.run(new AbortController().signal);
    await clock.advance(0);
    expect(keys).toEqual([]);
    sink?.replace([pod('a', '1', 'node1')], '1');
    await clock.advance(0);
    expect(keys).toEqual(['early', 'node1']);
    sink?.changed('MODIFIED', pod('a', '2', 'node2'));
    await clock.advance(0);
    expect(keys).toEqual(['early', 'node1', 'node1', 'node2']);
  });
});

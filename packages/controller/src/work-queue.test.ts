import { SteppedClock } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { WorkQueue } from './work-queue.ts';

describe('the work queue', () => {
  test('a key that waits is not added again', async () => {
    const queue = new WorkQueue(new SteppedClock());
    for (const key of ['a', 'b', 'a']) queue.add(key);
    expect(queue.depth).toBe(2);
    expect([await queue.take(), await queue.take()]).toEqual(['a', 'b']);
  });

  test('a key that is worked on comes again once it is done, and never to two at a time', async () => {
    const queue = new WorkQueue(new SteppedClock());
    queue.add('a');
    await queue.take();
    queue.add('a');
    queue.add('a');
    expect(queue.depth).toBe(0);
    queue.done('a');
    expect(queue.depth).toBe(1);
  });

  test('of several delays for a key the earliest counts', async () => {
    const clock = new SteppedClock();
    const queue = new WorkQueue(clock);
    queue.addAfter('a', 500);
    queue.addAfter('a', 100);
    queue.addAfter('a', 900);
    await clock.advance(99);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect([queue.depth, clock.waiting]).toEqual([1, 0]);
  });

  test('hastened, it holds at once what waited for a time', async () => {
    const clock = new SteppedClock();
    const queue = new WorkQueue(clock);
    queue.addAfter('a', 500);
    queue.addAfter('b', 900);
    queue.hasten();
    expect([queue.depth, clock.waiting]).toEqual([2, 0]);
  });

  test('takers wait for keys, and get undefined when it closes', async () => {
    const queue = new WorkQueue(new SteppedClock());
    const [first, second] = [queue.take(), queue.take()];
    queue.add('a');
    expect(await first).toBe('a');
    queue.close();
    expect(await second).toBeUndefined();
    expect(await queue.take()).toBeUndefined();
  });
});

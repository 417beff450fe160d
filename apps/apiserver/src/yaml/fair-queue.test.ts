import { expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

/** Jobs that end when they are told to, in the order in which they began. */
function jobs(places: number) {
  const queue = new FairQueue(places);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const add = (name: string) =>
    queue.run(name[0] ?? '', () => {
      begun.push(name);
      const { promise, resolve } = Promise.withResolvers<string>();
      ends.set(name, () => resolve(name));
      return promise;
    });
  const end = async (name: string, job: Promise<string>) => {
    ends.get(name)?.();
    expect(await job).toBe(name);
    await Promise.resolve();
  };
  return { queue, begun, add, end };
}

it('R1: callers take turns, however many jobs one of them has', async () => {
  const { begun, add, end } = jobs(1);
  const [a1, a2, , b1] = [add('a1'), add('a2'), add('a3'), add('b1'), add('c1')];
  expect(begun).toEqual(['a1']);
  await end('a1', a1);
  expect(begun).toEqual(['a1', 'a2']);
  await end('a2', a2);
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  await end('b1', b1);
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1']);
});

it('R1: who has a job that takes for ever holds up nobody else', async () => {
  const { begun, add, end } = jobs(2);
  void add('a1');
  void add('a2');
  const b1 = add('b1');
  void add('b2');
  expect(begun).toEqual(['a1', 'b1']);
  await end('b1', b1);
  expect(begun).toEqual(['a1', 'b1', 'b2']);
});

it('goes on after a job that failed', async () => {
  const { queue, begun, add } = jobs(1);
  await expect(queue.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  void add('a1');
  expect(begun).toEqual(['a1']);
});

import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

test('lets so many in at a time, in the order in which they came, and goes on after a failure', async () => {
  const gate = new Gate(2);
  const log: string[] = [];
  const ends = new Map<string, () => void>();
  const enter = (name: string): Promise<void> =>
    gate.through(async () => {
      log.push(name);
      await new Promise<void>((resolve, reject) => ends.set(name, name === 'a' ? () => reject(new Error('a')) : resolve));
    });
  const all = ['a', 'b', 'c', 'd'].map(enter);
  expect(log).toEqual(['a', 'b']);
  ends.get('a')?.();
  await expect(all[0]).rejects.toThrow('a');
  expect(log).toEqual(['a', 'b', 'c']);
  ends.get('c')?.();
  ends.get('b')?.();
  await Promise.all(all.slice(1, 3));
  expect(log).toEqual(['a', 'b', 'c', 'd']);
  ends.get('d')?.();
  await all[3];
});

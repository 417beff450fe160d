import { expect, test } from 'vitest';
import { Laggards } from './laggards.ts';

const MEGABYTE = 1024 * 1024;

test('few that do not keep up have 16 MiB each, many share 256 MiB, and who has sent all does not count any more', async () => {
  const laggards = new Laggards();
  const rooms = Array.from({ length: 64 }, () => Promise.withResolvers<void>());
  const [first] = rooms;
  expect(laggards.isLost(16 * MEGABYTE, first?.promise)).toBe(false);
  expect(laggards.isLost(16 * MEGABYTE + 1, first?.promise)).toBe(true);
  for (const { promise } of rooms) expect(laggards.isLost(2 * MEGABYTE, promise)).toBe(false);
  expect(laggards.isLost(4 * MEGABYTE, first?.promise)).toBe(false);
  expect(laggards.isLost(5 * MEGABYTE, first?.promise)).toBe(true);
  for (const { resolve } of rooms.slice(1)) resolve();
  await rooms.at(-1)?.promise;
  expect(laggards.isLost(5 * MEGABYTE, first?.promise)).toBe(false);
});

test('nobody is given up with less than 1 MiB, however many there are', () => {
  const laggards = new Laggards();
  for (let i = 0; i < 1_000; i++) laggards.isLost(2 * MEGABYTE, new Promise(() => {}));
  const room = new Promise<void>(() => {});
  expect(laggards.isLost(MEGABYTE, room)).toBe(false);
  expect(laggards.isLost(MEGABYTE + 1, room)).toBe(true);
  expect(laggards.isLost(2 * MEGABYTE, undefined)).toBe(false);
});

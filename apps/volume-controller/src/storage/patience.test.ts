import { SteppedClock, seededRandom } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { Patience } from './patience.ts';

test('what failed is tried again when its time has come, ever more rarely; what else is wanted is tried at once', async () => {
  const clock = new SteppedClock();
  const patience = new Patience({ clock, random: seededRandom(1) });
  expect(patience.left('a', '2Gi')).toBe(0);
  const first = patience.failed('a', '2Gi');
  expect([patience.left('a', '2Gi'), patience.left('a', '3Gi'), patience.left('b', '2Gi')]).toEqual([expect.closeTo(first), 0, 0]);
  await clock.advance(first + 1);
  expect(patience.left('a', '2Gi')).toBe(0);
  expect(patience.failed('a', '2Gi')).toBeGreaterThan(first);
  expect(patience.failed('a', '3Gi')).toBeLessThan(2_000);
  patience.forget('a');
  expect(patience.left('a', '3Gi')).toBe(0);
});

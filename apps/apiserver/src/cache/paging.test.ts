import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { Paging } from './paging.ts';

const listing = { scan: () => {} };

test('a page can be had for five minutes after the one before', async () => {
  const clock = new SteppedClock();
  const paging = new Paging(clock);
  paging.keep('/pods', 7, listing);
  await clock.advance(299_000);
  expect(paging.find('/pods', 7)).toBe(listing);
  paging.keep('/pods', 7, listing);
  await clock.advance(299_000);
  expect(paging.find('/pods', 7)).toBe(listing);
  expect(paging.find('/pods', 8)).toBeUndefined();
  expect(paging.find('/secrets', 7)).toBeUndefined();
  await clock.advance(1_000);
  expect(paging.find('/pods', 7)).toBeUndefined();
});

test('of very many lists the one that was read longest ago is forgotten', () => {
  const paging = new Paging(new SteppedClock());
  for (let revision = 1; revision <= 64; revision++) paging.keep('/pods', revision, listing);
  paging.keep('/pods', 1, listing);
  paging.keep('/pods', 65, listing);
  expect([1, 2, 3, 65].map((revision) => paging.find('/pods', revision) !== undefined)).toEqual([true, false, true, true]);
});

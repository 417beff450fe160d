import { expect, test } from 'vitest';
import { slowStart } from './slow-start.ts';

test.each([
  { count: 10, failing: Number.POSITIVE_INFINITY, tried: 10, succeeded: 10 },
  { count: 10, failing: 1, tried: 1, succeeded: 0 },
  { count: 10, failing: 3, tried: 3, succeeded: 2 },
  { count: 10, failing: 4, tried: 7, succeeded: 6 },
  { count: 0, failing: 1, tried: 0, succeeded: 0 },
])('of $count tasks, when the $failing. fails, $tried are tried', async ({ count, failing, tried, succeeded }) => {
  let tries = 0;
  const result = await slowStart(count, async () => {
    if (++tries === failing) throw new Error('no');
  });
  expect({ tries, succeeded: result.succeeded, failed: result.error !== undefined }).toEqual({
    tries: tried,
    succeeded,
    failed: tried >= failing,
  });
});

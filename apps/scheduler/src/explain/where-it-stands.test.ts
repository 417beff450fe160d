import { expect, test } from 'vitest';
import { standingOf } from './where-it-stands.ts';

const snapshot = { isAssumed: () => false, nodeOf: () => undefined };
const clock = { now: () => 0, monotonic: () => 1_000 };
const standing = (state: 'backoff' | 'parked', dueAtMs: number) =>
  standingOf({ metadata: { name: 'web' } }, { key: 'default/web', snapshot, queued: { state, attempts: 2, dueAtMs }, clock });

test('P7: who waits for a change says until when at the latest, where a plug-in may change its mind by itself', () => {
  const change = 'a change in the cluster that may help it';
  expect(standing('parked', 0)).toEqual({ state: 'Pending', waitsFor: [change], attempts: 2 });
  const due = '1970-01-01T00:05:00Z';
  expect(standing('parked', 301_000)).toEqual({ state: 'Pending', waitsFor: [`${change}, until ${due} at the latest`], attempts: 2 });
});

test('who waits for its backoff says before when it is not tried', () => {
  expect(standing('backoff', 3_000)).toMatchObject({ attempts: 2, nextAttempt: '1970-01-01T00:00:02Z' });
  expect(standing('backoff', 500)).not.toHaveProperty('nextAttempt');
});

import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { Affinity } from './affinity.ts';
import { BackendLoad } from './backend-load.ts';

test('clients whose time is over are forgotten, those that are still in it are not', async () => {
  const clock = new SteppedClock();
  const affinity = new Affinity(clock);
  const backend = new BackendLoad().acquire('default/web', { host: 'a', port: 80 });
  const remember = (prefix: string, count: number): void => {
    for (let i = 0; i < count; i++) affinity.remember(`${prefix}${i}`, backend, 1000);
  };
  remember('old', 1500);
  await clock.advance(999);
  remember('young', 1500);
  expect(affinity.size).toBe(3000);
  await clock.advance(1);
  remember('new', 2000);
  expect(affinity.size).toBe(3500);
  expect(affinity.backendOf('old0')).toBeUndefined();
  expect(affinity.backendOf('young0')).toBe('a:80');
});

import type { Pod, Service } from '@kubernats/api';
import { expect, test } from 'vitest';
import { TriggerTimes } from './trigger-times.ts';

const at = (second: number) => `2026-01-01T00:00:0${second}Z`;
const service: Service = { metadata: { name: 'web', creationTimestamp: at(1) } };
const pod = (uid: string, second: number): Pod => ({
  metadata: { uid },
  status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at(second) }] },
});

test('the oldest change since the last time, the creation at first', () => {
  const times = new TriggerTimes();
  const next = (...pods: Pod[]) => times.next('default/web', service, pods);
  expect(next(pod('a', 2))).toBe(at(1));
  expect(next(pod('a', 2))).toBeUndefined();
  expect(next(pod('a', 5), pod('b', 4)), 'of two the older').toBe(at(4));
  expect(next(pod('b', 4)), 'a Pod that goes has no time').toBeUndefined();
  times.forget('default/web');
  expect(next(pod('b', 4))).toBe(at(1));
});

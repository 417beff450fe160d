import type { Pod } from '@kubernats/api';
import { expect, test } from 'vitest';
import { requestsOf } from '../snapshot/resources.ts';
import { asHeld } from './as-held.ts';
import { keptPod } from './kept-pod.ts';

const pod = (asks: string, has: string | undefined, reason?: string): Pod => ({
  metadata: { name: 'web' },
  spec: { nodeName: 'node1', containers: [{ name: 'c', resources: { requests: { cpu: asks, memory: '1Gi' } } }] },
  status: {
    containerStatuses: [
      {
        name: 'c',
        image: '',
        imageID: '',
        ready: true,
        restartCount: 0,
        ...(has ? { allocatedResources: { cpu: has, memory: '1Gi' } } : {}),
      },
    ],
    ...(reason ? { conditions: [{ type: 'PodResizePending', status: 'True', reason }] } : {}),
  },
});

test.each([
  ['that has what it asks for', pod('1', '1'), 1000],
  ['that is to have more', pod('3', '1'), 3000],
  ['that has more than it is to have', pod('1', '3'), 3000],
  ['whose resize waits', pod('3', '1', 'Deferred'), 3000],
  ['whose resize will never be', pod('300', '1', 'Infeasible'), 1000],
  ['that is new', pod('2', undefined), 2000],
])('R1: a Pod %s counts for %o', (_what, given, milli) => {
  expect(requestsOf(keptPod(given)).exact).toMatchObject({ cpuMilli: milli, memoryBytes: 2 ** 30 });
});

test('a Pod without a resize is taken as it is', () => {
  const same = pod('1', '1');
  expect(asHeld(same)).toBe(same);
});

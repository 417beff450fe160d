import { expect, test } from 'vitest';
import { container, podOf } from '../pod/pod.fixture.ts';
import { resizeProblem } from './resize-problem.ts';

const pod = (requests: Record<string, string>) => podOf({ containers: [container('main', { resources: { requests } })] });
const allocatable = { cpu: '4', memory: '1Gi' };

test.each([
  ['fits', { cpu: '1' }, [], undefined],
  ['just fits', { cpu: '3', memory: '1Gi' }, [{ cpu: '1' }], undefined],
  ['never will', { cpu: '5' }, [], "Infeasible: Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000"],
  [
    'memory comes first',
    { cpu: '5', memory: '2Gi' },
    [],
    "Infeasible: Node didn't have enough capacity: memory, requested: 2147483648, capacity: 1073741824",
  ],
  [
    'will perhaps',
    { cpu: '3' },
    [{ cpu: '1' }, { cpu: '500m' }],
    "Deferred: Node didn't have enough resource: cpu, requested: 3000, used: 1500, capacity: 4000",
  ],
] as const)('R1: a resize that %s', (_what, wanted, others, says) => {
  const problem = resizeProblem(pod(wanted), others.map(pod), allocatable);
  expect(problem && `${problem.reason}: ${problem.message}`).toBe(says);
});

import { expect, test } from 'vitest';
import { NodeInfo } from '../snapshot/node-info.ts';
import { podInfoOf } from '../snapshot/pod-info.ts';
import { bestCandidate } from './best-candidate.ts';
import type { Candidate } from './dry-run.ts';

const MIDDLE = 100;
const HIGH = 1000;

/** `priority` or `priority@hour of its start`. */
function candidate(name: string, victims: (number | string)[], violations = 0): Candidate {
  const pods = victims.map((text, index) => {
    const [priority, hour] = String(text).split('@');
    const startTime = hour && `2026-11-27T${hour.padStart(2, '0')}:00:00Z`;
    return podInfoOf({
      metadata: { name: `${name}-${index}` },
      spec: { containers: [], priority: Number(priority) },
      status: { startTime },
    });
  });
  return { node: new NodeInfo(name), victims: pods, violations };
}

test.each<[string, Candidate[], string | undefined]>([
  ['there is none', [], undefined],
  ['the fewest broken budgets, whatever else', [candidate('a', [0], 1), candidate('b', [HIGH, HIGH])], 'b'],
  ['the least important top victim', [candidate('a', [MIDDLE]), candidate('b', [0, 0, 0])], 'b'],
  ['the smallest sum of priorities', [candidate('a', [HIGH, MIDDLE]), candidate('b', [HIGH, 0])], 'b'],
  ['many of negative priority are more than few', [candidate('a', [-10, -10, -10]), candidate('b', [-10])], 'b'],
  ['the sum counts before the number', [candidate('a', [HIGH, 0, 0]), candidate('b', [HIGH, MIDDLE])], 'b'],
  ['the top victims that started last', [candidate('a', ['0@3', '0@5']), candidate('b', ['0@4', '0@4'])], 'b'],
  ['only the top victims count for that', [candidate('a', ['9@4', '0@1']), candidate('b', ['9@3', '0@2'])], 'a'],
  ['one that has not started is younger than all', [candidate('a', ['0@5']), candidate('b', [0])], 'b'],
  ['otherwise the first', [candidate('a', ['0@5']), candidate('b', ['0@5'])], 'a'],
])('%s', (_, candidates, name) => {
  expect(bestCandidate(candidates, ({ pod }) => pod)?.node.name).toBe(name);
});

import { expect, test } from 'vitest';
import { judge, type Verdict } from './verdict.ts';

test.each([
  ['the first check decides', '+', '+', { unhealthyAfter: 3, healthyAfter: 2 }],
  ['also against', '-', '-', { unhealthyAfter: 3, healthyAfter: 2 }],
  ['some failures in a row are needed', '+--+---', '++++++-', { unhealthyAfter: 3, healthyAfter: 1 }],
  ['and some passes', '-+-++', '----+', { unhealthyAfter: 3, healthyAfter: 2 }],
  ['or one of each', '+-+-', '+-+-', { unhealthyAfter: 1, healthyAfter: 1 }],
])('%s: %s is %s', (_, checks, expected, thresholds) => {
  let verdict: Verdict | undefined;
  const seen = [...checks].map((check) => {
    verdict = judge(verdict, check === '+', thresholds);
    return verdict.healthy ? '+' : '-';
  });
  expect(seen.join('')).toBe(expected);
});

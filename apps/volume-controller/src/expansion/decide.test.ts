import { expect, test } from 'vitest';
import { decide } from './decide.ts';

test.each<[string, string, string, string | undefined, string | undefined]>([
  ['that has what it asks for', 'Bound', '1Gi', '1Gi', undefined],
  ['that has more', 'Bound', '1Gi', '5Gi', undefined],
  ['that asks for more', 'Bound', '2Gi', '1Gi', 'ExternalExpanding'],
  ['that has the same, written otherwise', 'Bound', '1Gi', '1024Mi', undefined],
  ['that has no volume', 'Pending', '2Gi', undefined, undefined],
])('V6: a claim %s', (_what, phase, request, held, reason) => {
  const capacity = held === undefined ? {} : { capacity: { storage: held } };
  expect(decide({ spec: { resources: { requests: { storage: request } } }, status: { phase, ...capacity } })?.reason).toBe(reason);
});

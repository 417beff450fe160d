import type { Pod, PodDisruptionBudgetSpec } from '@kubernats/api';
import { expect, test } from 'vitest';
import { unmanagedMessage } from './unmanaged.ts';

const bare: Pod = { metadata: { name: 'bare' } };
const owned: Pod = {
  metadata: { name: 'owned', ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }] },
};
const messageOf = (spec: PodDisruptionBudgetSpec, ...pods: Pod[]): string | undefined => unmanagedMessage({ spec }, pods);

test('a budget that counts on controllers tells of Pods that have none, in Kubernetes’ words', () => {
  const selector: PodDisruptionBudgetSpec['selector'] = {
    matchLabels: { lo: 'x', app: 'web' },
    matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }],
  };
  expect(messageOf({ maxUnavailable: 1, selector }, owned, bare)).toBe(
    'Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: web,lo: x,},MatchExpressions:' +
      '[]LabelSelectorRequirement{LabelSelectorRequirement{Key:tier,Operator:In,Values:[a b],},},}) were found to be unmanaged. As a result, the ' +
      'status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ' +
      '".spec.minAvailable" field of the PDB to an integer value.',
  );
  expect(messageOf({ minAvailable: '50%' }, bare)).toContain(
    'MatchLabels:map[string]string{},MatchExpressions:[]LabelSelectorRequirement{},}',
  );
});

test('it does not where all have one, or where a plain number says how many there must be', () => {
  expect(messageOf({ maxUnavailable: 1 }, owned)).toBeUndefined();
  expect(messageOf({ minAvailable: 1 }, bare)).toBeUndefined();
});

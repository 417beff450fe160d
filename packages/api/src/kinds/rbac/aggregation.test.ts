import { expect, test } from 'vitest';
import type { ClusterRole, PolicyRule } from '../../../generated/types.ts';
import { aggregatedRules } from './aggregation.ts';

const may = (verb: string): PolicyRule => ({ verbs: [verb], apiGroups: [''], resources: ['pods'] });
const role = (name: string, labels: Record<string, string>, ...rules: PolicyRule[]): ClusterRole => ({ metadata: { name, labels }, rules });
const sum = (...labels: Record<string, string>[]): ClusterRole => ({
  metadata: { name: 'sum', labels: { a: 'yes' } },
  aggregationRule: { clusterRoleSelectors: labels.map((matchLabels) => ({ matchLabels })) },
  rules: [may('stale')],
});

test('the rules of the named roles, in the order of their names, each once', () => {
  const roles = [
    role('z', { a: 'yes' }, may('get')),
    role('b', { a: 'yes', b: 'yes' }, may('list'), may('get')),
    role('c', {}, may('watch')),
  ];
  expect(aggregatedRules(sum({ a: 'yes' }, { b: 'yes' }), roles)).toEqual([may('list'), may('get')]);
});

test('a role is no part of itself, and one that nobody is a part of has no rules', () => {
  const itself = sum({ a: 'yes' });
  expect(aggregatedRules(itself, [itself])).toEqual([]);
  expect(aggregatedRules(itself, [itself, { metadata: { name: 'empty', labels: { a: 'yes' } } }])).toEqual([]);
});

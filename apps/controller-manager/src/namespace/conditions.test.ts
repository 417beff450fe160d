import { expect, test } from 'vitest';
import { emptyingConditions, type Remaining } from './conditions.ts';

const none: Remaining = { byResource: new Map(), byFinalizer: new Map(), errors: [], undiscovered: [] };
const FIRST = Date.parse('2026-01-01T00:00:00Z');

test('all five conditions are told, with what remains in the order of the alphabet', () => {
  const remaining = {
    byResource: new Map([
      ['pods.', 12],
      ['deployments.apps', 1],
    ]),
    byFinalizer: new Map([
      ['b.example.com/x', 2],
      ['a.example.com/x', 1],
    ]),
    errors: ['second', 'first'],
    undiscovered: ['custom.example.com/v1', 'weather.example.com/v1'],
  };
  const told = emptyingConditions(undefined, remaining, FIRST).map(({ type, status, reason, message }) => [type, status, reason, message]);
  expect(told[0]).toEqual([
    'NamespaceDeletionDiscoveryFailure',
    'True',
    'DiscoveryFailed',
    'Discovery failed for some groups, 2 failing: unable to retrieve the complete list of server APIs: custom.example.com/v1: stale GroupVersion discovery: custom.example.com/v1, weather.example.com/v1: stale GroupVersion discovery: weather.example.com/v1',
  ]);
  expect(told.slice(2)).toEqual([
    ['NamespaceDeletionContentFailure', 'True', 'ContentDeletionFailed', 'first; second'],
    [
      'NamespaceContentRemaining',
      'True',
      'SomeResourcesRemain',
      'Some resources are remaining: deployments.apps has 1 resource instances, pods. has 12 resource instances',
    ],
    [
      'NamespaceFinalizersRemaining',
      'True',
      'SomeFinalizersRemain',
      'Some content in the namespace has finalizers remaining: a.example.com/x in 1 resource instances, b.example.com/x in 2 resource instances',
    ],
  ]);
});

test('counts go down without being a transition; what is over is one', () => {
  const twelve = emptyingConditions(undefined, { ...none, byResource: new Map([['pods.', 12]]) }, FIRST);
  const three = emptyingConditions(twelve, { ...none, byResource: new Map([['pods.', 3]]) }, FIRST + 5_000);
  const content = (conditions: typeof twelve) => conditions.find(({ type }) => type === 'NamespaceContentRemaining');
  expect(content(three)).toMatchObject({
    message: 'Some resources are remaining: pods. has 3 resource instances',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  });
  const over = emptyingConditions(three, none, FIRST + 9_000);
  expect(content(over)).toMatchObject({ status: 'False', reason: 'ContentRemoved', lastTransitionTime: '2026-01-01T00:00:09Z' });
});

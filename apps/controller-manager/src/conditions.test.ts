import { expect, test } from 'vitest';
import { type Condition, withCondition } from './conditions.ts';

const ready: Condition = { type: 'Ready', status: 'True', reason: 'Fine', message: 'all is well', lastTransitionTime: '1' };
const other: Condition = { type: 'Other', status: 'True' };

test.each<[string, Condition, Condition[]]>([
  ['says the same: nothing is written', { ...ready, message: 'still well', lastTransitionTime: '2' }, [ready, other]],
  [
    'has another reason: its transition time stays',
    { ...ready, reason: 'Better', lastTransitionTime: '2' },
    [other, { ...ready, reason: 'Better' }],
  ],
  [
    'has another status: it is a transition',
    { ...ready, status: 'False', lastTransitionTime: '2' },
    [other, { ...ready, status: 'False', lastTransitionTime: '2' }],
  ],
  [
    'is new: it comes last',
    { type: 'New', status: 'True', lastTransitionTime: '2' },
    [ready, other, { type: 'New', status: 'True', lastTransitionTime: '2' }],
  ],
])('a condition that %s', (_name, next, expected) => {
  expect(withCondition([ready, other], next)).toEqual(expected);
});

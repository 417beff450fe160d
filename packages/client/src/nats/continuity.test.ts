import { expect, test } from 'vitest';
import { Continuity } from './continuity.ts';

const change = (revision: number, previous: number, epoch = 'e') => ({ type: 'MODIFIED' as const, epoch, revision, previous });
const heartbeat = (revision: number) => ({ type: 'HEARTBEAT' as const, epoch: 'e', revision, previous: 0 });

test('what the list had is left out, what follows it is applied', () => {
  const continuity = new Continuity('e', 10);
  expect([change(8, 5), change(10, 8), change(12, 10), change(20, 12)].map((event) => continuity.judge(event))).toEqual([
    'skip',
    'skip',
    'apply',
    'apply',
  ]);
});

test('an event whose predecessor was in the list follows it, whatever revisions lie between', () => {
  expect(new Continuity('e', 10).judge(change(15, 3))).toBe('apply');
});

test('an event that names one that was not seen shows a gap', () => {
  expect(new Continuity('e', 10).judge(change(15, 12))).toBe('missed');
});

test('a heartbeat shows the loss of the last event', () => {
  const continuity = new Continuity('e', 10);
  expect(continuity.judge(heartbeat(10))).toBe('skip');
  expect(continuity.judge(heartbeat(11))).toBe('missed');
});

test('another epoch is not continuous', () => {
  expect(new Continuity('e', 10).judge(change(11, 10, 'f'))).toBe('missed');
});

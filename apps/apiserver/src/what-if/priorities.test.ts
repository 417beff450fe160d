import { type KindRow, kindByResource } from '@kubernats/api';
import { expect, test } from 'vitest';
import { Priorities } from './priorities.ts';

const pods = kindByResource('', 'v1', 'pods') as KindRow;
const row: KindRow = { ...pods, group: 'scheduling.k8s.io', kind: 'PriorityClass', plural: 'priorityclasses' };
const classOf = (name: string, more: object) => ({ row, object: { metadata: { name }, ...more } });

test('a Pod gets what the PriorityClass of its manifest says, and of no class that is not there', () => {
  const priorities = new Priorities([classOf('high', { value: 1_000 }), classOf('meek', { value: 5, preemptionPolicy: 'Never' })]);
  const of = (priorityClassName?: string) => priorities.of({ containers: [], ...(priorityClassName && { priorityClassName }) });
  expect(of('high')).toEqual({ spec: { containers: [] }, gets: { priority: 1_000, preemptionPolicy: 'PreemptLowerPriority' } });
  expect(of('meek')?.gets).toEqual({ priority: 5, preemptionPolicy: 'Never' });
  for (const name of [undefined, 'other', '__proto__', 'constructor']) expect(of(name)).toBeUndefined();
});

test('a Pod of no class gets what the global default of its manifest says', () => {
  const priorities = new Priorities([classOf('usual', { value: 7, globalDefault: true }), classOf('high', { value: 1_000 })]);
  expect(priorities.of({ containers: [] })?.gets).toEqual({ priority: 7, preemptionPolicy: 'PreemptLowerPriority' });
  expect(priorities.of({ containers: [], priorityClassName: 'other' })).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import { cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import { globalDefaultOf, type PriorityClass } from '../../index.ts';

const classes = rowOf('priorityclasses', 'scheduling.k8s.io');
const high = (more: PriorityClass = {}): PriorityClass => ({ metadata: { name: 'high' }, value: 1_000_000, ...more });
const named = (name: string, value: number, globalDefault?: boolean): PriorityClass => ({ metadata: { name }, value, globalDefault });

describe('PriorityClass', () => {
  test('defaults', () => {
    expect(create(classes, high())).toMatchObject({ value: 1_000_000, preemptionPolicy: 'PreemptLowerPriority' });
    expect(create(classes, { metadata: { name: 'nothing' } })).toMatchObject({ value: 0 });
  });

  test.each<[PriorityClass, string[]]>([
    [high(), []],
    [named('low', -2_147_483_648), []],
    [named('highest', 1_000_000_000), []],
    [named('too-high', 1_000_000_001), ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000']],
    [named('system-cluster-critical', 2_000_000_000), []],
    [
      named('system-mine', 1),
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class",
      ],
    ],
    [
      named('system-node-critical', 1),
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value of system-node-critical PriorityClass must be 2000001000",
      ],
    ],
    [
      named('system-node-critical', 2_000_001_000, true),
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: globalDefault of system-node-critical PriorityClass must be false",
      ],
    ],
    [high({ preemptionPolicy: 'Never' }), []],
    [high({ preemptionPolicy: '' }), ['preemptionPolicy: Required value']],
    [
      high({ preemptionPolicy: 'Always' }),
      ['preemptionPolicy: Unsupported value: "Always": supported values: "PreemptLowerPriority", "Never"'],
    ],
  ])('%o', (value, expected) => {
    expect(problems(classes, value)).toEqual(expected);
  });

  test('its value and its policy never change; its description and whether it is the default may', () => {
    const change = (more: PriorityClass) => update(classes, create(classes, high()), (draft) => Object.assign(draft, more)).problems;
    expect(change({ description: 'new', globalDefault: true })).toEqual([]);
    expect(change({ value: 5 })).toEqual(['value: Forbidden: may not be changed in an update.']);
    expect(change({ preemptionPolicy: 'Never' })).toEqual(['preemptionPolicy: Invalid value: "Never": field is immutable']);
  });

  test('is printed as kubectl prints it', () => {
    const { Age: _age, ...shown } = cells(classes, create(classes, high({ globalDefault: true })));
    expect(shown).toEqual({ Name: 'high', Value: 1_000_000, 'Global-Default': true, PreemptionPolicy: 'PreemptLowerPriority' });
    expect(classes.shortNames).toEqual(['pc']);
  });

  test('of several global defaults, which only a race makes, the lowest counts', () => {
    expect(globalDefaultOf([named('a', 5), named('b', 3, true), named('c', -1, true)])?.metadata?.name).toBe('c');
    expect(globalDefaultOf([named('a', 5)])).toBeUndefined();
  });
});

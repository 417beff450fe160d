import { describe, expect, it, test } from 'vitest';
import { sameUsage, usageOf, usageProblems } from './usage-annotations.ts';
import { parseUsageSteps } from './usage-steps.ts';

const MI = 1024 * 1024;

describe('a course of use', () => {
  it('is amounts, the later ones after a wait, over a time, or both', () => {
    expect(parseUsageSteps('64Mi, 1Gi over 30s, 64Mi after 1m,128Mi over 500ms after 1h30m', 'memory')).toEqual([
      { amount: 64 * MI, afterMs: 0, overMs: 0 },
      { amount: 1024 * MI, afterMs: 0, overMs: 30_000 },
      { amount: 64 * MI, afterMs: 60_000, overMs: 0 },
      { amount: 128 * MI, afterMs: 5_400_000, overMs: 500 },
    ]);
    expect(parseUsageSteps(' 1.5 ', 'cpu')).toEqual([{ amount: 1500, afterMs: 0, overMs: 0 }]);
  });

  it.each([
    ['', 'must be amounts such as'],
    ['1Gi,', 'must be amounts such as'],
    ['1Gx', '"1Gx": quantities must match the regular expression'],
    ['-1', '"-1": must be greater than or equal to 0'],
    ['1Gi over 3s', 'the first amount holds at once'],
    ['1Mi, 2Mi for 3s', '"2Mi for 3s": must be amounts such as'],
    ['1Mi, 2Mi over', '"2Mi over": must be amounts such as'],
    ['1Mi, 2Mi over 1s over 2s', 'must be amounts such as'],
    ['1Mi, 2Mi over 3', '"3": must be a duration such as 30s'],
    ['1Mi, 2Mi over 3s4', '"3s4": must be a duration such as 30s'],
    ['1Mi, 2Mi over 169h', '"169h": must not be longer than 168h'],
  ])('%s is refused', (text, message) => {
    expect(() => parseUsageSteps(text, 'memory')).toThrow(message);
  });
});

describe('annotations', () => {
  const annotations = {
    'kubernats.dev/memory': '1Gi',
    'kubernats.dev/memory.side': '64Mi',
    'kubernats.dev/cpu': 'fast',
    'kubernats.dev/cpu.nobody': '1',
    'kubernats.dev/kubelet': 'x',
  };

  test('of one container alone come before those of all, and what cannot be read is left out', () => {
    expect(usageOf(annotations, 'side')).toEqual({ memory: [{ amount: 64 * MI, afterMs: 0, overMs: 0 }] });
    expect(usageOf(annotations, 'main')).toEqual({ memory: [{ amount: 1024 * MI, afterMs: 0, overMs: 0 }] });
    expect(usageOf({ other: '1' }, 'main')).toBeUndefined();
    expect(usageOf(undefined, 'main')).toBeUndefined();
  });

  test('what is wrong is said, with the annotation', () => {
    expect(usageProblems(annotations, ['main', 'side'])).toEqual([
      expect.stringMatching(/^annotation kubernats\.dev\/cpu: "fast": quantities must match/),
      'annotation kubernats.dev/cpu.nobody: the Pod has no container "nobody"',
    ]);
    expect(usageProblems(undefined, [])).toEqual([]);
  });

  test('others make no difference', () => {
    expect(sameUsage(annotations, { ...annotations, other: 'x' })).toBe(true);
    expect(sameUsage(annotations, { ...annotations, 'kubernats.dev/memory': '2Gi' })).toBe(false);
    expect(sameUsage(undefined, {})).toBe(true);
  });
});

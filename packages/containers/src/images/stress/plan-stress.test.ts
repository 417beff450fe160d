import { expect, test } from 'vitest';
import { planStress } from './plan-stress.ts';

const MI = 1024 * 1024;

test.each([
  ['-c 2 -m 1 --vm-bytes 1G -t 5m', { millicores: 3000, memoryBytes: 1024 * MI, timeoutMs: 300_000 }],
  ['--cpu=4', { millicores: 4000, memoryBytes: 0, timeoutMs: undefined }],
  ['-q --vm 1 --vm-bytes 512k', { millicores: 1000, memoryBytes: MI / 2, begun: '', done: '' }],
  ['--vm 1 --vm-bytes 150M --vm-hang 1', { millicores: 0, memoryBytes: 150 * MI }],
])('stress %s', (line, plan) => {
  expect(planStress('stress', line.split(' '))).toMatchObject(plan);
});

test.each([
  ['--fly 4', 'flag provided but not defined: -fly'],
  ['--__proto__ 1', 'stress: FAIL: [1] no workers: give --cpu, --vm, --io or --hdd'],
  ['--cpu many', 'invalid value "many" for flag -cpu: parse error'],
  ['--vm-bytes', 'flag needs an argument: -vm-bytes'],
  ['--vm 1 -t soon', 'stress: FAIL: [1] unrecognized timeout: soon'],
])('stress %s is refused', (line, message) => {
  expect(() => planStress('stress', line.split(' '))).toThrow(message);
});

test('stress alone shows its help', () => {
  expect(planStress('stress', [])).toContain('Usage: stress');
});

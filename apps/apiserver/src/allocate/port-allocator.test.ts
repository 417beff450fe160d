import { expect, test } from 'vitest';
import { parsePortRange } from './port-allocator.ts';

test.each([
  ['30000-32767', { from: 30_000, to: 32_767 }],
  ['30000-30031', { from: 30_000, to: 30_031 }],
  ['30001', { from: 30_001, to: 30_001 }],
  ['1-65535', { from: 1, to: 65_535 }],
])('a range of ports: %s', (text, range) => {
  expect(parsePortRange(text)).toEqual(range);
});

test.each(['', '0-10', '30031-30000', '30000-65536', '30000-', '-1', '3e4-4e4', ' 30000-30001', '30000-30001-30002'])(
  'no range of ports: "%s"',
  (text) => {
    expect(parsePortRange(text)).toBeUndefined();
  },
);

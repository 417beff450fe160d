import { expect, test } from 'vitest';
import { addressAt, isInRange, parseIpRange } from './ip-range.ts';

test('a range is all but its network and its broadcast address', () => {
  const range = parseIpRange('10.96.3.7/24');
  expect([range.size, addressAt(range, 0), addressAt(range, 253)]).toEqual([254, '10.96.3.1', '10.96.3.254']);
  const large = parseIpRange('127.96.0.0/16');
  expect([large.size, addressAt(large, 0), addressAt(large, 256), addressAt(large, large.size - 1)]).toEqual([
    65534,
    '127.96.0.1',
    '127.96.1.1',
    '127.96.255.254',
  ]);
});

test.each([
  ['10.0.0.1', true],
  ['10.0.0.6', true],
  ['10.0.0.0', false],
  ['10.0.0.7', false],
  ['10.0.1.1', false],
  ['10.0.0.300', false],
  ['10.0.0', false],
  ['::1', false],
  ['', false],
])('%s in 10.0.0.0/29: %s', (address, expected) => {
  expect(isInRange(parseIpRange('10.0.0.0/29'), address)).toBe(expected);
});

test.each(['10.0.0.0', '10.0.0.0/31', '10.0.0.0/7', 'x/16', 'fd00::/64'])('%s is no range', (cidr) => {
  expect(() => parseIpRange(cidr)).toThrow('is not an IPv4 range');
});

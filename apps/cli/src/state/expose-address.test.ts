import { expect, test } from 'vitest';
import { exposeAddress } from './expose-address.ts';

const own = ['192.0.2.1', '198.51.100.1'];

test.each([
  [undefined, undefined, undefined],
  ['192.0.2.1', undefined, '192.0.2.1'],
  [undefined, '198.51.100.1', '198.51.100.1'],
  ['192.0.2.1', '198.51.100.1', '192.0.2.1'],
  ['', '198.51.100.1', undefined],
])('--expose %j after %j: %j', (flag, before, expected) => expect(exposeAddress(flag, before, own)).toBe(expected));

test.each([
  ['localhost', 'must be an IPv4 address'],
  ['::1', 'must be an IPv4 address'],
  ['0.0.0.0', 'not an address of this machine'],
  ['127.0.0.1', 'a loopback address is reached by this machine only'],
  ['203.0.113.9', 'not an address of this machine. This machine has: 192.0.2.1, 198.51.100.1.'],
])('--expose %s is refused, with what is wrong', (flag, why) =>
  expect(() => exposeAddress(flag, undefined, own)).toThrow(`--expose ${flag}: ${why}`),
);

test('an address of the last time that the machine no longer has is refused, with the way on', () => {
  expect(() => exposeAddress(undefined, '203.0.113.9', own)).toThrow("(--expose '' goes on without.)");
});

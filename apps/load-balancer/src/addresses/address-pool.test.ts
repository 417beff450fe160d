import { expect, test } from 'vitest';
import { AddressPool } from './address-pool.ts';

test('gives out the lowest free address, and neither the first nor the last of the range', () => {
  const pool = new AddressPool('127.200.0.9/30');
  expect(pool.cidr).toBe('127.200.0.8/30');
  const given = ['a', 'b'].map((name) => {
    const ip = pool.free() ?? '';
    pool.take(ip, `default/${name}`);
    return ip;
  });
  expect(given).toEqual(['127.200.0.9', '127.200.0.10']);
  expect(pool.free()).toBeUndefined();
  expect(['127.200.0.8', '127.200.0.9', '127.200.0.10', '127.200.0.11', '10.0.0.1', 'x'].map((ip) => pool.contains(ip))).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('a released address can be had again, by whoever comes first', () => {
  const pool = new AddressPool('127.200.0.0/24');
  pool.take('127.200.0.1', 'default/a');
  pool.take('127.200.0.2', 'default/b');
  expect(pool.free()).toBe('127.200.0.3');
  expect([pool.release('default/a'), pool.release('default/a')]).toEqual([true, false]);
  expect([pool.free(), pool.holderOf('127.200.0.1'), pool.addressOf('default/a')]).toEqual(['127.200.0.1', undefined, undefined]);
});

test('a Service that takes another address gives the first one back', () => {
  const pool = new AddressPool('127.200.0.0/24');
  pool.take('127.200.0.1', 'default/a');
  pool.take('127.200.0.7', 'default/a');
  expect([pool.addressOf('default/a'), pool.holderOf('127.200.0.7'), pool.free()]).toEqual(['127.200.0.7', 'default/a', '127.200.0.1']);
});

test('a range of one address has that one', () => {
  const pool = new AddressPool('192.0.2.7/32');
  expect(pool.free()).toBe('192.0.2.7');
});

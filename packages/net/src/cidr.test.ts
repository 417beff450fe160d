import { describe, expect, test } from 'vitest';
import { cidrAddress, cidrContains, formatCidr, ipToNumber, isIp, numberToIp, parseCidr, subnet, subnetCount } from './cidr.ts';

describe('addresses', () => {
  test.each([
    ['0.0.0.0', 0],
    ['127.0.0.1', 2130706433],
    ['255.255.255.255', 4294967295],
  ])('%s is number %d and back', (ip, value) => {
    expect(ipToNumber(ip)).toBe(value);
    expect(numberToIp(value)).toBe(ip);
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.x',
    '1.2.3.4.',
    '.1.2.3.4',
    '1..2.3',
    '00.1.2.3',
    ' 1.2.3.4',
    '::1',
  ])('"%s" is no IPv4 address', (text) => {
    expect(isIp(text)).toBe(false);
    expect(() => ipToNumber(text)).toThrow(RangeError);
  });
});

describe('ranges', () => {
  test('bits behind the prefix are dropped', () => expect(formatCidr(parseCidr('10.244.3.7/16'))).toBe('10.244.0.0/16'));

  test.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/8x'])('"%s" is no range', (text) => {
    expect(() => parseCidr(text)).toThrow(RangeError);
  });

  test.each([
    ['127.128.0.0/13', '127.135.255.255', true],
    ['127.128.0.0/13', '127.136.0.0', false],
    ['0.0.0.0/0', '255.1.2.3', true],
    ['10.0.0.7/32', '10.0.0.7', true],
    ['10.0.0.7/32', '10.0.0.8', false],
    ['10.0.0.0/8', 'nonsense', false],
  ])('%s contains %s: %s', (cidr, ip, contained) => expect(cidrContains(cidr, ip)).toBe(contained));

  test('an address by its number', () => {
    expect(cidrAddress('10.96.0.0/16', 10)).toBe('10.96.0.10');
    expect(() => cidrAddress('10.96.0.0/30', 4)).toThrow(RangeError);
  });

  test('a range divides into smaller ones', () => {
    expect(subnetCount('127.128.0.0/13', 24)).toBe(2048);
    expect(subnet('127.128.0.0/13', 24, 2047)).toBe('127.135.255.0/24');
    expect(subnetCount('10.0.0.0/24', 16)).toBe(0);
    expect(() => subnet('127.128.0.0/13', 24, 2048)).toThrow(RangeError);
  });
});

import { seededRandom } from '@kubernats/clock';
import { describe, expect, it } from 'vitest';
import { canonicalQuantity, canonicalResource, isQuantity, parseQuantity, quantityOf } from './quantity.ts';
import { quantityMilli, quantityValue } from './quantity-numbers.ts';

describe('canonical form', () => {
  // Right: what kubectl 1.32 prints for the left.
  it.each([
    ['1500m', '1500m'],
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['0.1Ki', '102400m'],
    ['1e3', '1e3'],
    ['12e-1', '1200e-3'],
    ['.5', '500m'],
    ['.', '0'],
    ['+', '0'],
    ['1Ei', '1Ei'],
    ['100Ei', '9223372036854775807'],
    ['1.0000000001', '1000000001n'],
    ['1024', '1024'],
    ['1025Ki', '1025Ki'],
    ['0.5Mi', '512Ki'],
    ['-1', '-1'],
    ['-1.5Ki', '-1536'],
    ['1000k', '1M'],
    ['1e-30', '1e-9'],
    ['100000000000000000000Ki', '9223372036854775807'],
    ['3000e0', '3e3'],
    ['1.1234567891k', '1123456789100n'],
    ['0Ki', '0'],
    ['1n', '1n'],
    ['12345678901234567890n', '12345678901234567890n'],
    ['1e19', '10e18'],
  ])('%s → %s', (text, canonical) => expect(canonicalQuantity(text)).toBe(canonical));

  it('keeps the largest suffix when there is no larger one', () => expect(canonicalQuantity('1000E')).toBe('1000E'));

  it('is rounded up to thousandths in resource lists', () => {
    expect(canonicalResource('100u')).toBe('1m');
    expect(canonicalResource('0.0015')).toBe('2m');
  });
});

describe('bad quantities', () => {
  const shape = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  const suffix = "unable to parse quantity's suffix";
  it.each([
    ['', shape],
    ['1 ', shape],
    [' 1', shape],
    ['1.2.3', shape],
    ['ten', shape],
    ['1Gb', shape],
    ['1k1', suffix],
    ['1e', suffix],
    ['1i', suffix],
    ['9'.repeat(3_000_000), shape],
  ])('%.20s', (text, message) => {
    expect(() => parseQuantity(text)).toThrow(message);
    expect(isQuantity(text)).toBe(false);
  });

  it('does not burn time on huge exponents', () => {
    expect(parseQuantity('1e999999999999').value()).toBeGreaterThan(9e18);
    expect(parseQuantity('1e-999999999999').nanos).toBe(1n);
    expect(parseQuantity('0e999999999999').isZero()).toBe(true);
  });
});

describe('numbers', () => {
  it.each([
    ['100m', 0.1, 100, 1],
    ['1', 1, 1000, 1],
    ['1Gi', 1073741824, 1073741824000, 1073741824],
    ['-1500m', -1.5, -1500, -2],
    ['1n', 1e-9, 1, 1],
    ['0', 0, 0, 0],
  ])('%s', (text, number, milli, value) => {
    const quantity = parseQuantity(text);
    expect([quantity.toNumber(), quantity.milli(), quantity.value(), quantity.bytes()]).toEqual([number, milli, value, value]);
    expect([quantityMilli(text), quantityValue(text)]).toEqual([milli, value]);
  });

  it('reads numbers and absence too', () => {
    expect([quantityValue(2), quantityValue(undefined), quantityMilli(0.25)]).toEqual([2, 0, 250]);
    expect(() => quantityValue('x')).toThrow('quantities must match');
  });
});

describe('arithmetic', () => {
  it('keeps the format of the left, and of the right when the left is zero', () => {
    expect(`${parseQuantity('1Gi').add(parseQuantity('1Gi'))}`).toBe('2Gi');
    expect(`${parseQuantity('0').add(parseQuantity('1Gi'))}`).toBe('1Gi');
    expect(`${parseQuantity('1').sub(parseQuantity('250m'))}`).toBe('750m');
    expect(JSON.stringify({ cpu: parseQuantity('2000m') })).toBe('{"cpu":"2"}');
  });

  it('compares across suffixes', () => {
    expect(parseQuantity('1Ki').compare(parseQuantity('1k'))).toBe(1);
    expect(parseQuantity('1000m').compare(parseQuantity('1'))).toBe(0);
    expect(parseQuantity('1').compare(parseQuantity('1001m'))).toBe(-1);
  });

  it('reads back what it prints, and sums exactly (seeded)', () => {
    const random = seededRandom(7);
    const formats = ['BinarySI', 'DecimalSI', 'DecimalExponent'] as const;
    for (let i = 0; i < 2000; i++) {
      const nanos = BigInt(random.int(2 ** 31)) * 10n ** BigInt(random.int(12));
      const quantity = quantityOf(nanos, formats[random.int(3)]);
      expect(parseQuantity(quantity.toString()).nanos).toBe(nanos);
      if (quantity.format !== 'BinarySI') expect(canonicalQuantity(quantity.toString())).toBe(quantity.toString());
      expect(quantity.add(quantity).sub(quantity).nanos).toBe(nanos);
    }
  });
});

import { badRequest } from '@kubernats/errors';
import { interpretSuffix, type QuantityFormat, suffixOfPower } from './quantity-suffix.ts';

/**
 * Amounts of resources, exact: Kubernetes' `resource.Quantity`. Every amount is a whole number of nanos (1e-9), the
 * smallest unit there is, kept as a bigint. Source: Kubernetes' API reference, "Quantity".
 */
export interface Quantity {
  /** In units (cores, bytes, pieces), as near as a number comes. */
  toNumber(): number;
  /** In thousandths, rounded up (away from zero). */
  milli(): number;
  /** Whole units, rounded up (away from zero). */
  value(): number;
  /** Whole bytes, rounded up: the same as `value`. */
  bytes(): number;
  isZero(): boolean;
  /** -1, 0 or 1, as `sort` likes it. */
  compare(other: Quantity): number;
  /** The sum, printed in this one's format (of two, the other's where this is zero). */
  add(other: Quantity): Quantity;
  sub(other: Quantity): Quantity;
  /** Rounded up (away from zero) to thousandths: the precision Kubernetes keeps for resource lists. */
  roundUpToMilli(): Quantity;
  /** The canonical form: the largest suffix that keeps the number whole. */
  toString(): string;
  /** The same as `toString`: how a quantity looks in JSON. */
  toJSON(): string;
  readonly format: QuantityFormat;
  /** The amount in nanos. */
  readonly nanos: bigint;
}

const NANOS = 1_000_000_000n;
const MICROS = 1_000_000n;
const MAX_NANOS = (2n ** 63n - 1n) * NANOS;
/** More digits than any amount needs; longer text would only burn time. */
const MAX_TEXT_LENGTH = 256;

const SHAPE = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX_WRONG = "unable to parse quantity's suffix";

const roundUp = (amount: bigint, unit: bigint): bigint => {
  const quotient = amount / unit;
  const rest = amount - quotient * unit;
  return rest === 0n ? quotient : rest > 0n ? quotient + 1n : quotient - 1n;
};

class ExactQuantity implements Quantity {
  readonly nanos: bigint;
  readonly format: QuantityFormat;
  #text: string | undefined;

  constructor(nanos: bigint, format: QuantityFormat) {
    this.nanos = nanos;
    this.format = format;
  }

  toNumber(): number {
    return this.nanos % NANOS === 0n ? Number(this.nanos / NANOS) : Number(this.nanos) / 1e9;
  }

  milli(): number {
    return Number(roundUp(this.nanos, MICROS));
  }

  value(): number {
    return Number(roundUp(this.nanos, NANOS));
  }

  bytes(): number {
    return this.value();
  }

  isZero(): boolean {
    return this.nanos === 0n;
  }

  compare(other: Quantity): number {
    return this.nanos < other.nanos ? -1 : this.nanos > other.nanos ? 1 : 0;
  }

  add(other: Quantity): Quantity {
    return new ExactQuantity(this.nanos + other.nanos, this.isZero() ? other.format : this.format);
  }

  sub(other: Quantity): Quantity {
    return new ExactQuantity(this.nanos - other.nanos, this.isZero() ? other.format : this.format);
  }

  roundUpToMilli(): Quantity {
    return new ExactQuantity(roundUp(this.nanos, MICROS) * MICROS, this.format);
  }

  toString(): string {
    this.#text ??= canonicalText(this.nanos, this.format);
    return this.#text;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** A quantity of `amount` nanos; in units: `quantityOf(3n * 10n ** 9n)`. */
export function quantityOf(nanos: bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
  return new ExactQuantity(nanos, format);
}

/** Reads a quantity: `100m`, `1.5Gi`, `2e3`. Throws BadRequest, worded as Kubernetes words it. */
export function parseQuantity(text: string): Quantity {
  const parsed = tryParse(text);
  if (typeof parsed === 'string') throw badRequest(parsed);
  return parsed;
}

/** Whether the text is a quantity. */
export function isQuantity(text: string): boolean {
  return typeof tryParse(text) !== 'string';
}

/** The canonical form of a quantity's text. Throws BadRequest. */
export function canonicalQuantity(text: string): string {
  return parseQuantity(text).toString();
}

/** What Kubernetes stores for an entry of a resource list (requests, limits, capacity): rounded up to thousandths, canonical. */
export function canonicalResource(text: string): string {
  return parseQuantity(text).roundUpToMilli().toString();
}

/** What was read before: the same few amounts are written again and again. */
const known = new Map<string, Quantity>();
const MAX_KNOWN = 1000;

/** The quantity, or what is wrong with the text. */
function tryParse(text: string): Quantity | string {
  const before = known.get(text);
  if (before) return before;
  const parsed = read(text);
  if (typeof parsed === 'string') return parsed;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, parsed);
  return parsed;
}

function read(text: string): Quantity | string {
  const match = text.length > MAX_TEXT_LENGTH || text === '' ? null : SHAPE.exec(text);
  if (match === null) return FORMAT_WRONG;
  const [, sign, whole = '', fraction = '', suffixText = ''] = match;
  const suffix = interpretSuffix(suffixText);
  if (suffix === undefined) return SUFFIX_WRONG;
  const digits = `${whole}${fraction}`;
  const mantissa = digits === '' ? 0n : BigInt(digits);
  const power = suffix.base === 10 ? suffix.exponent + 9 - fraction.length : 9 - fraction.length;
  const nanos = clamped(scaled(suffix.base === 2 ? mantissa << BigInt(suffix.exponent) : mantissa, power), digits, suffix.format);
  const format = suffix.format === 'BinarySI' && nanos > 0n && nanos < NANOS ? 'DecimalSI' : suffix.format;
  return new ExactQuantity(sign === '-' ? -nanos : nanos, format);
}

/** mantissa × 10^power, rounded up. Beyond any range it does not compute the power. */
function scaled(mantissa: bigint, power: number): bigint {
  if (mantissa === 0n) return 0n;
  if (power > 300) return MAX_NANOS + 1n;
  if (power >= 0) return mantissa * 10n ** BigInt(power);
  return power < -600 ? 1n : roundUp(mantissa, 10n ** BigInt(-power));
}

/** Kubernetes caps at 2^63-1 what does not fit its short form (an int64 and a power of ten): long numbers and binary ones. */
function clamped(nanos: bigint, digits: string, format: QuantityFormat): bigint {
  if (nanos <= MAX_NANOS) return nanos;
  const short = format !== 'BinarySI' && digits.replace(/^0+/, '').length <= 18 && nanos < 10n ** 46n;
  return short ? nanos : MAX_NANOS;
}

function canonicalText(nanos: bigint, format: QuantityFormat): string {
  if (nanos === 0n) return '0';
  const units = nanos / NANOS;
  const whole = units * NANOS === nanos;
  if (format === 'BinarySI' && whole && (units >= 1024n || units <= -1024n)) {
    let [amount, power] = [units, 0];
    while (amount % 1024n === 0n && power < 60) {
      amount /= 1024n;
      power += 10;
    }
    return `${amount}${suffixOfPower('BinarySI', power)}`;
  }
  let [amount, power] = [nanos, -9];
  while (amount % 1000n === 0n && (power < 18 || format === 'DecimalExponent')) {
    amount /= 1000n;
    power += 3;
  }
  return `${amount}${suffixOfPower(format === 'DecimalExponent' ? format : 'DecimalSI', power)}`;
}

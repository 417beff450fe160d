import { EvaluationError } from '../values/errors.ts';
import { durationInRange, durationOf, durationText, inRange, timestampOf, timestampText } from '../values/time.ts';
import { nameOfType } from '../values/type-of.ts';
import { type Duration, type Timestamp, TypeValue, type Uint, type Value } from '../values/values.ts';
import { reading, walk } from './cost.ts';
import { int, uint } from './operators.ts';
import { type Overload, overload } from './signature.ts';

const SECOND = 1_000_000_000n;

const fromText = (text: string, to: string) => new EvaluationError(`type conversion error from '${text}' to '${to}'`);

function wholeNumber(text: string, to: 'int' | 'uint'): bigint {
  if (!(to === 'int' ? /^[+-]?\d+$/ : /^\+?\d+$/).test(text) || text.length > 30) throw fromText(text, to);
  return BigInt(text.replace(/^\+/, ''));
}

function wholePart(value: number, overflow: string): bigint {
  // As in cel-go, the smallest int does not come from a double.
  if (!(value > -(2 ** 63))) throw new EvaluationError(overflow);
  if (!Number.isFinite(value)) throw new EvaluationError(overflow);
  return BigInt(Math.trunc(value));
}

function boolOf(text: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  throw fromText(text, 'bool');
}

function doubleOf(text: string): number {
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  const named: Readonly<Record<string, number>> = {
    nan: Number.NaN,
    inf: Number.POSITIVE_INFINITY,
    '+inf': Number.POSITIVE_INFINITY,
    '-inf': Number.NEGATIVE_INFINITY,
  };
  const value = named[text.toLowerCase().replace('infinity', 'inf')];
  if (value === undefined) throw fromText(text, 'double');
  return value;
}

/** A double as Go prints it: the shortest digits that read back, with an exponent where it is below -4 or from 21 on. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const exponent = value === 0 ? 0 : Number(value.toExponential().split('e')[1]);
  if (exponent >= -4 && exponent < 21) return exponent < 0 ? value.toFixed(Math.min(100, digitsOf(value) - exponent - 1)) : String(value);
  const [digits = '', power = ''] = value.toExponential().split('e');
  return `${digits}e${power.slice(0, 1)}${power.slice(1).padStart(2, '0')}`;
}

const digitsOf = (value: number): number => (value.toExponential().split('e')[0] ?? '').replace(/[-.]/g, '').length;

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new EvaluationError('invalid UTF-8 in bytes, cannot convert to string');
  }
}

/** CEL's conversions from one type to another. Source: CEL's language definition, "Type Conversions". */
export const conversions: readonly Overload[] = [
  ...['bool', 'bytes', 'double', 'duration', 'int', 'string', 'timestamp', 'uint'].map((type) =>
    overload(`${type}(${type}): ${type}`, (value: Value) => value),
  ),
  overload('bool(string): bool', boolOf),
  overload('bytes(string): bytes', (text: string) => new Uint8Array(Buffer.from(text)), walk),
  overload('double(int): double', (value: bigint) => Number(value)),
  overload('double(uint): double', (value: Uint) => Number(value.value)),
  overload('double(string): double', doubleOf),
  overload('int(uint): int', (value: Uint) => int(value.value)),
  overload('int(double): int', (value: number) => int(wholePart(value, 'integer overflow'))),
  overload('int(string): int', (text: string) => int(wholeNumber(text, 'int'))),
  overload('int(timestamp): int', ({ nanos }: Timestamp) => (nanos >= 0n ? nanos / SECOND : (nanos - SECOND + 1n) / SECOND)),
  overload('int(duration): int', ({ nanos }: Duration) => nanos),
  overload('uint(int): uint', (value: bigint) => uint(value)),
  overload('uint(double): uint', (value: number) => uint(wholePart(value, 'unsigned integer overflow'))),
  overload('uint(string): uint', (text: string) => uint(wholeNumber(text, 'uint'))),
  overload('string(bool): string', (value: boolean) => String(value)),
  overload('string(int): string', (value: bigint) => String(value)),
  overload('string(uint): string', (value: Uint) => String(value.value)),
  overload('string(double): string', doubleText),
  overload('string(bytes): string', utf8, walk),
  overload('string(timestamp): string', timestampText),
  overload('string(duration): string', durationText),
  overload('timestamp(string): timestamp', timestampOf, reading),
  overload('timestamp(int): timestamp', (seconds: bigint) => inRange(seconds * SECOND)),
  overload('duration(string): duration', durationOf, reading),
  overload('duration(int): duration', (nanos: bigint) => durationInRange(nanos)),
  overload('type(A): type<A>', (value: Value) => new TypeValue(nameOfType(value))),
  overload('dyn(A): dyn', (value: Value) => value),
];

import { EvaluationError } from '../values/errors.ts';
import { durationText, timestampText } from '../values/time.ts';
import { nameOfType } from '../values/type-of.ts';
import { Duration, ListValue, MapValue, Timestamp, TypeValue, Uint, type Value, weightOf } from '../values/values.ts';
import { doubleText } from './conversions.ts';
import { sizeOf } from './cost.ts';
import { type Overload, overload } from './signature.ts';

const CLAUSE = /%(?:(%)|(?:\.(\d+))?([a-zA-Z]))|%/g;
const MAX_PRECISION = 100;
/** What holds more values than any evaluation can pay for is not looked at. */
const MAX_WEIGHT = 1_000_000;

/** `text.format(list)`: each clause of the text takes an element of the list. Source: cel-go's extension "Strings". */
function format(text: string, list: ListValue): string {
  let used = 0;
  return text.replace(CLAUSE, (_, percent: string | undefined, precision: string | undefined, verb: string | undefined) => {
    if (percent) return '%';
    if (!verb) throw new EvaluationError('unexpected end of string');
    if (used >= list.size) throw new EvaluationError(`index ${used} out of range`);
    return clause(verb, list.at(used++), precision === undefined ? undefined : Math.min(Number(precision), MAX_PRECISION));
  });
}

function clause(verb: string, value: Value, precision: number | undefined): string {
  switch (verb) {
    case 's':
      return shown(value);
    case 'd':
      return decimal(value);
    case 'f':
    case 'e':
      return fixed(value, verb, precision ?? 6);
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : whole(value, verb).toString(2);
    case 'o':
      return whole(value, verb).toString(8);
    case 'x':
      return hexadecimal(value);
    case 'X':
      return hexadecimal(value).toUpperCase();
    default:
      throw new EvaluationError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

/** Any value as text; the keys of maps are in order. */
function shown(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? doubleText(value) : infinite(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof TypeValue) return value.name;
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (value instanceof ListValue) return `[${Array.from(value, shown).join(', ')}]`;
  if (value instanceof MapValue) {
    const entries = Array.from(value.keys(), (key) => `${shown(key)}: ${shown(value.get(key) ?? null)}`);
    return `{${entries.sort().join(', ')}}`;
  }
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw new EvaluationError(
    `error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${nameOfType(value)}`,
  );
}

const refused = (verb: string, value: Value) =>
  new EvaluationError(`error during formatting: clause %${verb} cannot be used on ${nameOfType(value)}`);

function whole(value: Value, verb: string): bigint {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint) return value.value;
  throw refused(verb, value);
}

function decimal(value: Value): string {
  return typeof value === 'number' && !Number.isFinite(value) ? infinite(value) : whole(value, 'd').toString();
}

const infinite = (value: number): string => (Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity');

function fixed(value: Value, verb: 'f' | 'e', precision: number): string {
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return value;
  if (typeof value !== 'number') throw refused(verb, value);
  if (!Number.isFinite(value)) return infinite(value);
  if (verb === 'f') return toEven(value, precision).toFixed(precision);
  return value.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** What lies in the middle goes to the even neighbour. */
function toEven(value: number, precision: number): number {
  const scale = 10 ** precision;
  const scaled = Math.abs(value) * scale;
  if (scaled % 1 !== 0.5 || scaled / scale !== Math.abs(value)) return value;
  return (Math.sign(value) * 2 * Math.round(scaled / 2)) / scale;
}

function hexadecimal(value: Value): string {
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : whole(value, 'x').toString(16);
}

/** As long as what it shows. */
const length: Overload['cost'] = (text, list) => Math.ceil(0.1 * (sizeOf(text) + total(list)));

function total(value: Value | undefined): number {
  const weight = weightOf(value);
  if (weight > MAX_WEIGHT) return weight * 10;
  let sum = 1;
  if (value instanceof ListValue) for (const element of value) sum += total(element);
  else if (value instanceof MapValue) for (const key of value.keys()) sum += total(key) + total(value.get(key));
  else sum = sizeOf(value);
  return sum;
}

export const formatText: readonly Overload[] = [overload('string.format(list<dyn>): string', format, length)];

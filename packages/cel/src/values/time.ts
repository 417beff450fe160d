import { EvaluationError } from './errors.ts';
import { Duration, Timestamp } from './values.ts';

const SECOND = 1_000_000_000n;
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d\d:\d\d))?$/;
const MIN_TIMESTAMP = -62_135_596_800n * SECOND;
const MAX_TIMESTAMP = 253_402_300_800n * SECOND;
const MAX_DURATION = 2n ** 63n - 1n;

/** Nanoseconds in Go's units of time. */
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
};

/** Reads a moment as RFC 3339 writes it, or a day alone. Throws an EvaluationError. */
export function timestampOf(text: string): Timestamp {
  const match = RFC3339.exec(text);
  if (!match)
    throw new EvaluationError(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)}`);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const fields = [year, month, day, hour, minute, second].map(Number) as [number, number, number, number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(fields[0], fields[1] - 1, fields[2]);
  date.setUTCHours(fields[3], fields[4], fields[5]);
  const exact =
    date.getUTCMonth() === fields[1] - 1 && date.getUTCDate() === fields[2] && fields[3] < 24 && fields[4] < 60 && fields[5] < 60;
  if (!exact) throw new EvaluationError(`parsing time ${JSON.stringify(text)}: out of range`);
  const offset = /[Zz]/.test(zone) ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const nanos = BigInt(date.getTime() - offset * 60_000) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
  return inRange(nanos);
}

/** A moment that CEL can hold. Throws an EvaluationError. */
export function inRange(nanos: bigint): Timestamp {
  if (nanos < MIN_TIMESTAMP || nanos >= MAX_TIMESTAMP) throw new EvaluationError('timestamp overflow');
  return new Timestamp(nanos);
}

/** A span of time that CEL can hold. Throws an EvaluationError. */
export function durationInRange(nanos: bigint): Duration {
  if (nanos > MAX_DURATION || nanos < -MAX_DURATION - 1n) throw new EvaluationError('duration overflow');
  return new Duration(nanos);
}

/** Reads a span of time in Go's form, such as `1h30m`. Throws an EvaluationError. */
export function durationOf(text: string): Duration {
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const invalid = () => new EvaluationError(`time: invalid duration ${JSON.stringify(text)}`);
  if (rest === '0') return new Duration(0n);
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) throw invalid();
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of rest.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = UNITS[unit] ?? 0n;
    nanos += BigInt(whole || '0') * scale + (BigInt(fraction || '0') * scale) / 10n ** BigInt(fraction.length);
    if (nanos > MAX_DURATION + 1n) throw invalid();
  }
  return durationInRange(sign === '-' ? -nanos : nanos);
}

/** The moment as RFC 3339 writes it, in UTC, with as many digits of a second as it has. */
export function timestampText({ nanos }: Timestamp): string {
  const seconds = nanos >= 0n ? nanos / SECOND : (nanos - SECOND + 1n) / SECOND;
  const rest = nanos - seconds * SECOND;
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction}Z`;
}

/** The span in seconds, as CEL writes it: `5400s`, `0.5s`. */
export function durationText({ nanos }: Duration): string {
  const [sign, size] = nanos < 0n ? ['-', -nanos] : ['', nanos];
  const rest = size % SECOND;
  return `${sign}${size / SECOND}${rest === 0n ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`}s`;
}

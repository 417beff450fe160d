import { EvaluationError } from '../values/errors.ts';
import type { Duration, Timestamp } from '../values/values.ts';
import { type Overload, overload } from './signature.ts';

const MILLI = 1_000_000n;
const DAY_MS = 86_400_000;

/** Parts of a moment, of a date that shows in its UTC fields what the clock shows in the zone. */
const PARTS: Readonly<Record<string, (local: Date) => number>> = {
  getFullYear: (local) => local.getUTCFullYear(),
  getMonth: (local) => local.getUTCMonth(),
  getDayOfYear: (local) => Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / DAY_MS),
  getDayOfMonth: (local) => local.getUTCDate() - 1,
  getDate: (local) => local.getUTCDate(),
  getDayOfWeek: (local) => local.getUTCDay(),
  getHours: (local) => local.getUTCHours(),
  getMinutes: (local) => local.getUTCMinutes(),
  getSeconds: (local) => local.getUTCSeconds(),
  getMilliseconds: (local) => local.getUTCMilliseconds(),
};

function floorMs({ nanos }: Timestamp): number {
  return Number(nanos >= 0n ? nanos / MILLI : (nanos - MILLI + 1n) / MILLI);
}

/** The zone is an offset (`+01:00`, `-8:30`) or a name of the time zone database. */
function localDate(at: Timestamp, zone: string): Date {
  const ms = floorMs(at);
  const offset = /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone);
  if (offset) return new Date(ms + (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) * 60_000);
  return new Date(ms + offsetMs(ms, zone));
}

function offsetMs(ms: number, zone: string): number {
  try {
    const named = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(ms);
    const name = named.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = /^GMT(?:([+-])(\d+):(\d+)(?::(\d+))?)?$/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  } catch {
    throw new EvaluationError(`unknown time zone ${zone}`);
  }
}

/** What a look at the time zone database costs. */
const ZONE_COST = 100;

const SPANS: Readonly<Record<string, (nanos: bigint) => bigint>> = {
  getHours: (nanos) => nanos / 3_600_000_000_000n,
  getMinutes: (nanos) => nanos / 60_000_000_000n,
  getSeconds: (nanos) => nanos / 1_000_000_000n,
  getMilliseconds: (nanos) => (nanos / MILLI) % 1000n,
};

/** Parts of moments and spans of time. Source: CEL's language definition, "Timestamps" and "Durations". */
export const times: readonly Overload[] = [
  ...Object.entries(PARTS).flatMap(([name, part]) => [
    overload(`timestamp.${name}(): int`, (at: Timestamp) => BigInt(part(new Date(floorMs(at))))),
    overload(
      `timestamp.${name}(string): int`,
      (at: Timestamp, zone: string) => BigInt(part(localDate(at, zone))),
      () => ZONE_COST,
    ),
  ]),
  ...Object.entries(SPANS).map(([name, span]) => overload(`duration.${name}(): int`, ({ nanos }: Duration) => span(nanos))),
];

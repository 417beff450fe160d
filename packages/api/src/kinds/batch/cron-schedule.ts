import { parseGoDuration } from '@kubernats/apimachinery';

/** One field of a schedule: its values in order. */
export interface ScheduleField {
  values: number[];
  /** It was left open (`*`, `?`): of the two day fields only those that were not left open count. */
  open: boolean;
}

/** A schedule as CronJobs understand it. */
export type CronSchedule =
  | { every: number }
  | { minute: ScheduleField; hour: ScheduleField; dayOfMonth: ScheduleField; month: ScheduleField; dayOfWeek: ScheduleField };

interface Bounds {
  low: number;
  high: number;
  names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Bounds = { low: 0, high: 59 };
const HOUR: Bounds = { low: 0, high: 23 };
const DAY_OF_MONTH: Bounds = { low: 1, high: 31 };
const MONTH: Bounds = { low: 1, high: 12, names: MONTHS };
const DAY_OF_WEEK: Bounds = { low: 0, high: 6, names: DAYS };

const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);
const EVERY = '@every ';

/**
 * Reads the schedule of a CronJob: five fields, `@hourly` and its kin, or `@every 1h30m`. Throws an Error with the words that Kubernetes
 * refuses it with. `every` is in milliseconds, whole seconds. Source: the concept "CronJob", "Schedule syntax".
 */
export function parseCronSchedule(text: string): CronSchedule {
  if (text === '') throw new Error('empty spec string');
  if (text.startsWith('@')) return descriptor(text);
  const fields = text.trim().split(/\s+/).filter(Boolean);
  if (fields.length !== 5) throw new Error(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = fields;
  return {
    minute: fieldOf(minute, MINUTE),
    hour: fieldOf(hour, HOUR),
    dayOfMonth: fieldOf(dayOfMonth, DAY_OF_MONTH),
    month: fieldOf(month, MONTH),
    dayOfWeek: fieldOf(dayOfWeek, DAY_OF_WEEK),
  };
}

function descriptor(text: string): CronSchedule {
  const fields = DESCRIPTORS.get(text);
  if (fields !== undefined) return parseCronSchedule(fields);
  if (!text.startsWith(EVERY)) throw new Error(`unrecognized descriptor: ${text}`);
  return { every: Math.max(1, Math.floor(everyMs(text) / 1_000)) * 1_000 };
}

function everyMs(text: string): number {
  try {
    return parseGoDuration(text.slice(EVERY.length));
  } catch (error) {
    throw new Error(`failed to parse duration ${text}: ${(error as Error).message}`);
  }
}

function fieldOf(text: string, bounds: Bounds): ScheduleField {
  const values = new Set<number>();
  let open = false;
  for (const part of text.split(',').filter(Boolean)) {
    const { from, to, step, isOpen } = rangeOf(part, bounds);
    for (let value = from; value <= to; value += step) values.add(value);
    open ||= isOpen;
  }
  return { values: [...values].sort((a, b) => a - b), open };
}

function rangeOf(part: string, bounds: Bounds) {
  const [span = '', stepText, ...tooMany] = part.split('/');
  const [fromText = '', toText, ...more] = span.split('-');
  let isOpen = fromText === '*' || fromText === '?';
  if (!isOpen && more.length > 0) throw new Error(`too many hyphens: ${part}`);
  const from = isOpen ? bounds.low : numberOf(fromText, bounds);
  let to = isOpen ? bounds.high : toText === undefined ? from : numberOf(toText, bounds);
  if (tooMany.length > 0) throw new Error(`too many slashes: ${part}`);
  let step = 1;
  if (stepText !== undefined) {
    step = numberOf(stepText);
    if (toText === undefined) to = bounds.high;
    if (step > 1) isOpen = false;
  }
  if (from < bounds.low) throw new Error(`beginning of range (${from}) below minimum (${bounds.low}): ${part}`);
  if (to > bounds.high) throw new Error(`end of range (${to}) above maximum (${bounds.high}): ${part}`);
  if (from > to) throw new Error(`beginning of range (${from}) beyond end of range (${to}): ${part}`);
  if (step === 0) throw new Error(`step of range should be a positive number: ${part}`);
  return { from, to, step, isOpen };
}

function numberOf(text: string, { low, names }: Partial<Bounds> = {}): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + (low ?? 0);
  if (!/^[+-]?\d{1,15}$/.test(text)) {
    throw new Error(`failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`);
  }
  const value = Number(text);
  if (value < 0) throw new Error(`negative number (${value}) not allowed: ${text}`);
  return value;
}

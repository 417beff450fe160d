import { Complaint } from '../process/errors.ts';
import type { Program } from '../process/invocation.ts';
import { flagsOf } from './flags.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAY_MS = 86_400_000;

/** `date [-u] [-d TIME] [-I] [+FORMAT]`: the cluster's time, in UTC as in a container. Source: POSIX, `date`. */
const date: Program = async (run) => {
  const { flags, values, words } = flagsOf(
    run.args.map((arg) => (/^-I./.test(arg) ? `--iso=${arg.slice(2)}` : arg)),
    'drD',
    { date: 'd', utc: 'u', reference: 'r' },
  );
  const given = values.get('d');
  let nowMs: number | undefined = run.system.clock.now();
  if (given !== undefined) nowMs = timeOf(given, nowMs);
  const file = values.get('r');
  if (file !== undefined) nowMs = (await run.system.tree.stat(run.path(file)))?.modifiedMs;
  if (nowMs === undefined) throw new Complaint(`invalid date '${given ?? file}'`);
  const iso = flags.has('I') ? 'date' : values.get('iso');
  const format = words.find((word) => word.startsWith('+'))?.slice(1);
  const pattern =
    format ?? (iso === undefined ? (flags.has('R') ? '%a, %d %b %Y %H:%M:%S %z' : '%a %b %e %H:%M:%S UTC %Y') : isoFormat(iso));
  await run.out(`${strftime(pattern, nowMs)}\n`);
  return 0;
};

function isoFormat(precision: string): string {
  if (precision.startsWith('s')) return '%Y-%m-%dT%H:%M:%S+00:00';
  if (precision.startsWith('m')) return '%Y-%m-%dT%H:%M+00:00';
  return precision.startsWith('h') ? '%Y-%m-%dT%H+00:00' : '%Y-%m-%d';
}

/** `@1700000000`, an ISO time, `now`, `yesterday`, `-1 hour`, `+2 days`. */
function timeOf(text: string, nowMs: number): number | undefined {
  if (/^@-?\d+(\.\d+)?$/.test(text)) return Number(text.slice(1)) * 1000;
  const named = { now: 0, today: 0, yesterday: -1, tomorrow: 1 }[text];
  if (named !== undefined) return nowMs + named * DAY_MS;
  const relative = /^([-+]?\d+)\s*(second|sec|minute|min|hour|day|week)s?(\s+ago)?$/.exec(text);
  if (relative) {
    const unit =
      { second: 1000, sec: 1000, minute: 60_000, min: 60_000, hour: 3_600_000, day: DAY_MS, week: 7 * DAY_MS }[relative[2] ?? ''] ?? 0;
    return nowMs + Number(relative[1]) * unit * (relative[3] ? -1 : 1);
  }
  const iso = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text;
  const parsed = Date.parse(iso);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** A time by a format, in UTC. Source: POSIX, `strftime`. */
export function strftime(format: string, timeMs: number): string {
  const time = new Date(timeMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [day = '', month = ''] = [DAYS[time.getUTCDay()], MONTHS[time.getUTCMonth()]];
  const dayOfYear = Math.floor((timeMs - Date.UTC(time.getUTCFullYear(), 0, 1)) / DAY_MS) + 1;
  const hour12 = time.getUTCHours() % 12 || 12;
  const meaning = (letter: string): string | undefined => {
    switch (letter) {
      case 'Y':
        return String(time.getUTCFullYear());
      case 'y':
        return two(time.getUTCFullYear() % 100);
      case 'm':
        return two(time.getUTCMonth() + 1);
      case 'd':
        return two(time.getUTCDate());
      case 'e':
        return String(time.getUTCDate()).padStart(2);
      case 'H':
        return two(time.getUTCHours());
      case 'I':
        return two(hour12);
      case 'M':
        return two(time.getUTCMinutes());
      case 'S':
        return two(time.getUTCSeconds());
      case 'N':
        return String(Math.floor((timeMs % 1000) * 1e6)).padStart(9, '0');
      case 's':
        return String(Math.floor(timeMs / 1000));
      case 'a':
        return day.slice(0, 3);
      case 'A':
        return day;
      case 'b':
      case 'h':
        return month.slice(0, 3);
      case 'B':
        return month;
      case 'j':
        return String(dayOfYear).padStart(3, '0');
      case 'u':
        return String(time.getUTCDay() || 7);
      case 'w':
        return String(time.getUTCDay());
      case 'p':
        return time.getUTCHours() < 12 ? 'AM' : 'PM';
      case 'Z':
        return 'UTC';
      case 'z':
        return '+0000';
      case 'F':
        return strftime('%Y-%m-%d', timeMs);
      case 'T':
        return strftime('%H:%M:%S', timeMs);
      case 'R':
        return strftime('%H:%M', timeMs);
      case 'D':
        return strftime('%m/%d/%y', timeMs);
      case 'c':
        return strftime('%a %b %e %H:%M:%S %Y', timeMs);
      case 'x':
        return strftime('%m/%d/%y', timeMs);
      case 'X':
        return strftime('%H:%M:%S', timeMs);
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case '%':
        return '%';
      default:
        return undefined;
    }
  };
  return format.replace(/%(3)?([a-zA-Z%])/g, (whole, three: string | undefined, letter: string) => {
    const text = meaning(letter);
    return text === undefined ? whole : three && letter === 'N' ? text.slice(0, 3) : text;
  });
}

export const DATE: Readonly<Record<string, Program>> = { date };

import { type CronSchedule, parseCronSchedule, type ScheduleField } from '@kubernats/api';
import { Cron } from 'croner';
import { instantsAt, wallTimeMs } from './time-zone.ts';

/** When a CronJob runs. */
export interface Schedule {
  /** The first time after `afterMs`; undefined: never. Milliseconds since the epoch. */
  next(afterMs: number): number | undefined;
}

const DAY_MS = 86_400_000;

/** Throws an Error in Kubernetes' words when the text is no schedule. `zone` is a name of the IANA database. */
export function scheduleOf(text: string, zone = 'UTC'): Schedule {
  const schedule = parseCronSchedule(text);
  if ('every' in schedule) return { next: (afterMs) => Math.floor((afterMs + schedule.every) / 1000) * 1000 };
  // The clock on the wall is what the pattern is about, so that it is computed as if there were no other.
  const cron = new Cron(patternOf(schedule), { mode: '5-part', utcOffset: 0 });
  const nextWall = (wallMs: number): number | undefined => cron.nextRun(new Date(wallMs))?.getTime();
  return { next: (afterMs) => nextInZone(nextWall, afterMs, zone) };
}

/**
 * The first instant after `afterMs` at which the clocks of the zone show a time of the pattern: a time that they leap over does not happen,
 * one that they show twice happens twice.
 */
function nextInZone(nextWall: (wallMs: number) => number | undefined, afterMs: number, zone: string): number | undefined {
  const wallMs = wallTimeMs(afterMs, zone);
  // How far the clocks will be turned back within a day.
  const turnedBackMs = Math.max(0, wallMs - afterMs - (wallTimeMs(afterMs + DAY_MS, zone) - afterMs - DAY_MS));
  let earliest: number | undefined;
  for (let wall = nextWall(wallMs - turnedBackMs); wall !== undefined; wall = nextWall(wall)) {
    const at = instantsAt(wall, zone).find((instant) => instant > afterMs);
    if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at;
    if (earliest !== undefined && wall > wallMs) break;
  }
  return earliest;
}

/** The fields as numbers alone, which every reader of cron patterns understands alike. */
function patternOf({ minute, hour, dayOfMonth, month, dayOfWeek }: Exclude<CronSchedule, { every: number }>): string {
  return [minute, hour, dayOfMonth, month, dayOfWeek].map(fieldText).join(' ');
}

const fieldText = ({ values, open }: ScheduleField): string => (open ? '*' : values.join(','));

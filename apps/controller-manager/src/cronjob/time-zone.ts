const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show at an instant, as the milliseconds at which those of UTC show it. */
export function wallTimeMs(instantMs: number, zone: string): number {
  return zone === 'UTC' ? instantMs : instantMs + offsetMs(instantMs, zone);
}

/** The instants at which the clocks of a zone show that time: one, none where they leap over it, or two. In order. */
export function instantsAt(wallMs: number, zone: string): number[] {
  if (zone === 'UTC') return [wallMs];
  const offsets = new Set([offsetMs(wallMs - DAY_MS, zone), offsetMs(wallMs + DAY_MS, zone)]);
  const instants = [...offsets].map((offset) => wallMs - offset).filter((instant) => wallTimeMs(instant, zone) === wallMs);
  return instants.sort((a, b) => a - b);
}

/** `2026-01-01T09:00:00+09:00`: the instant as the clocks of the zone show it. */
export function zonedText(instantMs: number, zone: string): string {
  const offsetMinutes = Math.round((wallTimeMs(instantMs, zone) - instantMs) / 60_000);
  const text = new Date(wallTimeMs(instantMs, zone)).toISOString().slice(0, 19);
  if (offsetMinutes === 0) return `${text}Z`;
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  return `${text}${offsetMinutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

function offsetMs(instantMs: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(instantMs);
  const numbers = new Map(parts.map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => numbers.get(type) ?? 0;
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(instantMs / 1000) * 1000;
}

/** Making one costs more than a thousand uses. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const [numeric, hourCycle] = ['numeric', 'h23'] as const;
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone, hourCycle, year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric },
    });
    formats.set(timeZone, format);
  }
  return format;
}

const UNITS_MS = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export type DurationUnit = keyof typeof UNITS_MS;

/**
 * The milliseconds of a time such as `500ms`, `15s` or `1m30s`: Go's form, and days. `bare` is the unit of a number without one, where one may
 * stand. Undefined: it is none. Source: Go, time.ParseDuration.
 */
export function parseDuration(text: string, bare?: DurationUnit): number | undefined {
  if (bare !== undefined && /^\d+(\.\d+)?$/.test(text)) return Number(text) * UNITS_MS[bare];
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g))
    ms += Number(amount) * UNITS_MS[unit as DurationUnit];
  return ms;
}

/** As Go prints a duration: `1h0m0s`, `1m30s`, `1.5s`, `250ms`, `12µs`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  if (ms < 1) return `${trimmed(ms * 1000)}µs`;
  if (ms < 1000) return `${trimmed(ms)}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = `${trimmed((ms % 60_000) / 1000)}s`;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}`;
}

const trimmed = (value: number): string => String(Number(value.toFixed(3)));

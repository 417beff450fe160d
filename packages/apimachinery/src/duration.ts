const UNITS_MS = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** With the two letters that both look like a micro sign. */
const GO_UNITS_MS: ReadonlyMap<string, number> = new Map([
  ...Object.entries(UNITS_MS).filter(([unit]) => unit !== 'd'),
  ['μs', UNITS_MS.us],
]);

/** So many nanoseconds are all that 64 bits can count. */
const GO_MAX_MS = 2 ** 63 / 1e6;

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

/**
 * The milliseconds of a duration in Go's own form: a sign may stand before it, and a day is no unit. Throws an Error with Go's words. Source: Go,
 * time.ParseDuration.
 */
export function parseGoDuration(text: string): number {
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  const invalid = new Error(`time: invalid duration ${JSON.stringify(text)}`);
  if (rest === '0') return 0;
  if (rest === '') throw invalid;
  let ms = 0;
  for (let left = rest; left !== ''; ) {
    const [all = '', amount = '', unit = ''] = /^(\d+\.?\d*|\.\d+)([^.\d]*)/.exec(left) ?? [];
    if (amount === '') throw invalid;
    if (unit === '') throw new Error(`time: missing unit in duration ${JSON.stringify(text)}`);
    const unitMs = GO_UNITS_MS.get(unit);
    if (unitMs === undefined) throw new Error(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    ms += Number(amount) * unitMs;
    left = left.slice(all.length);
  }
  if (ms > GO_MAX_MS) throw invalid;
  return sign === '-' ? -ms : ms;
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

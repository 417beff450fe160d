/** The times at which a probe may run: every period from a beginning on. Milliseconds. */
export interface Ticks {
  firstMs: number;
  periodMs: number;
}

/** The first tick after `nowMs` that is not before `notBeforeMs`. */
export function nextTick({ firstMs, periodMs }: Ticks, nowMs: number, notBeforeMs: number): number {
  const passed = Math.max(Math.floor((nowMs - firstMs) / periodMs) + 1, Math.ceil((notBeforeMs - firstMs) / periodMs), 0);
  return firstMs + passed * periodMs;
}

/** How far apart the times are at which probes run: those of many Pods that run together cost a third of what each costs alone. Milliseconds. */
const BEAT_MS = 200;

/** Ticks from a time on, brought to the beat that all Pods share: never later than asked for. */
export function ticksFrom(sinceMs: number, periodMs: number): Ticks {
  return { firstMs: Math.floor(sinceMs / BEAT_MS) * BEAT_MS, periodMs };
}

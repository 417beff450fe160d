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

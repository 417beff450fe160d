import type { Core } from './core.ts';

/**
 * Runs again and again, each time so long after the last run has ended; what a run throws is told of as `failure`. Call the result to end: it resolves when
 * no run is under way any more.
 */
export function every(
  { clock, log }: Pick<Core, 'clock' | 'log'>,
  intervalMs: number,
  run: () => Promise<void>,
  failure: string,
): () => Promise<void> {
  let timer = clock.setTimer(intervalMs, tick);
  let underWay = Promise.resolve();
  let stopped = false;
  function tick(): void {
    underWay = run()
      .catch((error: unknown) => log.warn({ error }, failure))
      .finally(() => {
        if (!stopped) timer = clock.setTimer(intervalMs, tick);
      });
  }
  return () => {
    stopped = true;
    timer.cancel();
    return underWay;
  };
}

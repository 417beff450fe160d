import type { Clock, Timer } from '@kubernats/clock';

/** Time for one container: its timers end with it, so that an image that forgets one leaks nothing. */
export function containerClock(clock: Clock, signal: AbortSignal): Clock {
  const timers = new Set<Timer>();
  signal.addEventListener('abort', () => {
    for (const timer of timers) timer.cancel();
    timers.clear();
  });
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimer(delayMs, fire) {
      if (signal.aborted) return { cancel: () => {} };
      const timer = clock.setTimer(delayMs, () => {
        timers.delete(timer);
        fire();
      });
      timers.add(timer);
      return {
        cancel() {
          timers.delete(timer);
          timer.cancel();
        },
      };
    },
    sleep: (delayMs, own) => clock.sleep(delayMs, own ? AbortSignal.any([own, signal]) : signal),
  };
}

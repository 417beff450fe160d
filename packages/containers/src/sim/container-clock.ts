import type { Clock, Timer } from '@kubernats/clock';
import type { Containment } from '@kubernats/errors/containment';

/** Time for one container: its timers end with it, so that an image that forgets one leaks nothing, and what they throw stays in it. */
export function containerClock(clock: Clock, signal: AbortSignal, contained: Pick<Containment, 'bind'>): Clock {
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
      const fireInside = contained.bind(fire);
      const timer = clock.setTimer(delayMs, () => {
        timers.delete(timer);
        fireInside();
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

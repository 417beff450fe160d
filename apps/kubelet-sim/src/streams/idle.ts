import type { Clock, Timer } from '@kubernats/clock';

export interface Idle {
  /** Something has happened. */
  touch(): void;
  stop(): void;
}

/** Calls `expired` once when nothing was touched for `limitMs`. Source: the kubelet's `streamingConnectionIdleTimeout`. */
export function whenIdle(clock: Clock, limitMs: number, expired: () => void): Idle {
  let last = clock.monotonic();
  let timer: Timer;
  // The timer runs to its end and looks then: a busy stream does not set a timer for each of its chunks.
  const arm = (delayMs: number): Timer =>
    clock.setTimer(delayMs, () => {
      const left = last + limitMs - clock.monotonic();
      if (left <= 0) expired();
      else timer = arm(left);
    });
  timer = arm(limitMs);
  return {
    touch() {
      last = clock.monotonic();
    },
    stop: () => timer.cancel(),
  };
}

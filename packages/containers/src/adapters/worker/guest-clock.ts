import { type Clock, realClock } from '@kubernats/clock';
import type { GuestLink } from './guest-link.ts';
import type { SharedState } from './protocol.ts';

/** The cluster's time in a worker: the machine's own where the cluster lives by it, otherwise what the host says it is. */
export function guestClock(link: GuestLink, shared: SharedState, realTime: boolean): Clock {
  if (realTime) return realClock;
  const timers = new Map<number, () => void>();
  link.on('timer', ({ id }) => {
    const fire = timers.get(id);
    timers.delete(id);
    fire?.();
  });
  const setTimer: Clock['setTimer'] = (delayMs, fire) => {
    const id = link.nextId();
    timers.set(id, fire);
    link.send({ type: 'timer', id, delayMs });
    return {
      cancel() {
        if (timers.delete(id)) link.send({ type: 'cancelTimer', id });
      },
    };
  };
  return {
    now: () => shared.now,
    monotonic: () => shared.monotonic,
    setTimer,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = (): void => {
          timer.cancel();
          reject(signal?.reason);
        };
        const timer = setTimer(delayMs, () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        });
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
  };
}

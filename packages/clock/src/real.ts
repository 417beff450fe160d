import type { Clock, Timer } from './ports.ts';

/** The longest that the machine's timers count. */
const LONGEST_MS = 2 ** 31 - 1;

/** A timer of any length: what is longer than the machine counts is waited for in parts, where it would fire at once. */
function after(delayMs: number, fire: () => void, keepsAlive: boolean): Timer {
  let handle: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    handle = leftMs > LONGEST_MS ? setTimeout(wait, LONGEST_MS, leftMs - LONGEST_MS) : setTimeout(fire, leftMs);
    if (!keepsAlive) handle.unref();
  };
  wait(delayMs);
  return { cancel: () => clearTimeout(handle) };
}

/** After what has arrived meanwhile: sooner than a timer of nothing, which is one of a millisecond. */
function nextTurn(fire: () => void): Timer {
  const handle = setImmediate(fire);
  return { cancel: () => clearImmediate(handle) };
}

/** The machine's clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (delayMs, fire) => after(delayMs, fire, false),
  sleep(delayMs, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        timer.cancel();
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const timer = delayMs > 0 ? after(delayMs, wake, true) : nextTurn(wake);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
};

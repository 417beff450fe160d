// Containers of one process share its event loop, and so do the storage back ends of users. What one of them throws in a callback would end the process, and
// every node in it: here it is led back to whose code set the callback off, however far the way (timers, sockets, promises), by Node's own async context.
import { AsyncLocalStorage } from 'node:async_hooks';

/** Where somebody else's code runs. */
export interface Containment {
  /** Runs code, with everything that it sets off. What it throws itself is the caller's. */
  run<T>(code: () => T): T;
  /** A callback for others to call: it runs inside, and what it throws or rejects with goes to its owner instead of them. */
  bind<A extends unknown[]>(callback: (...args: A) => unknown): (...args: A) => void;
}

interface Inside {
  onThrow(error: unknown): void;
}

const inside = new AsyncLocalStorage<Inside>();
let watching = false;

/** A containment whose uncaught errors go to `onThrow`. */
export function containment(onThrow: (error: unknown) => void): Containment {
  watch();
  const place: Inside = { onThrow };
  return {
    run: (code) => inside.run(place, code),
    bind:
      (callback) =>
      (...args) => {
        inside.run(place, () => {
          try {
            const result = callback(...args);
            if (result instanceof Promise) result.catch(onThrow);
          } catch (error) {
            onThrow(error);
          }
        });
      },
  };
}

/** Only one callback of a process may capture; where another library has it already, all share the fate of an error. */
function watch(): void {
  if (watching || process.hasUncaughtExceptionCaptureCallback()) return;
  watching = true;
  process.setUncaughtExceptionCaptureCallback((error) => {
    const place = inside.getStore();
    if (place) return place.onThrow(error);
    // As Node would have done without us.
    const listeners = process.listeners('uncaughtException');
    for (const listener of listeners) listener(error, 'uncaughtException');
    if (listeners.length > 0) return;
    process.stderr.write(`Uncaught ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
}

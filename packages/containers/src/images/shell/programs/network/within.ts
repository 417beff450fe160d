import { NetworkError } from '@kubernats/net';
import type { Invocation } from '../../process/invocation.ts';

/** Runs network work that ends with the program, and after its time: then it throws `NetworkError` ETIMEDOUT. */
export async function within<T>(run: Invocation, timeoutMs: number | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (timeoutMs === undefined || !(timeoutMs > 0)) return run.process.wait(work(run.process.abortSignal));
  const limit = new AbortController();
  const late = Promise.withResolvers<never>();
  late.promise.catch(() => {});
  const timer = run.system.clock.setTimer(Math.min(timeoutMs, 2 ** 31 - 1), () => {
    const error = new NetworkError('ETIMEDOUT', 'timed out');
    limit.abort(error);
    late.reject(error);
  });
  try {
    return await run.process.wait(Promise.race([work(AbortSignal.any([limit.signal, run.process.abortSignal])), late.promise]));
  } finally {
    timer.cancel();
  }
}

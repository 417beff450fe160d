import type { ImageContext } from '../image.ts';
import type { SignalName } from '../signals.ts';

const STOPS: readonly SignalName[] = ['SIGTERM', 'SIGINT', 'SIGQUIT'];

interface Ending {
  drains: (() => Promise<void>)[];
  code: PromiseWithResolvers<number>;
}

const endings = new WeakMap<ImageContext, Ending>();

function endingOf(context: ImageContext): Ending {
  const ending = endings.get(context) ?? { drains: [], code: Promise.withResolvers<number>() };
  endings.set(context, ending);
  return ending;
}

/** What has to come to an end in order before the container does. */
export function beforeStop(context: ImageContext, drain: () => Promise<void>): void {
  endingOf(context).drains.push(drain);
}

/** Ends what waits in `untilStopped` with this exit code, at once: what is open is dropped. */
export function stopNow(context: ImageContext, exitCode: number): void {
  endingOf(context).code.resolve(exitCode);
}

/**
 * A well-behaved server: waits for SIGTERM, SIGINT or SIGQUIT, lets what is open end (`serveHttp` finishes the requests that it has and takes no new
 * ones), and gives exit code 0.
 */
export function untilStopped(context: ImageContext): Promise<number> {
  const { drains, code } = endingOf(context);
  const stop = (): void => void Promise.all(drains.map((drain) => drain())).then(() => code.resolve(0), code.reject);
  for (const name of STOPS) context.onSignal(name, stop);
  return code.promise;
}

import type { ApiRequest, ApiTransport } from '@kubernats/client';
import { unavailable } from '@kubernats/errors';

export interface MortalTransport extends ApiTransport {
  /** The write of this number, counted from now, is the last thing that gets through; `answered`: it does, and only its answer is lost. 0: nothing does. */
  failAt(write: number, answered: boolean): void;
  /** Whether that has happened. */
  readonly dead: boolean;
}

/** What a process can still do until it dies: after that nothing more gets through. `isWrite` says which requests count. */
export function mortalTransport(inner: ApiTransport, isWrite: (request: ApiRequest) => boolean): MortalTransport {
  let [left, getsThrough] = [Number.POSITIVE_INFINITY, false];
  const dead = () => unavailable('the process is dead');
  return {
    get dead() {
      return left <= 0;
    },
    failAt(write, answered) {
      [left, getsThrough] = [write, answered];
    },
    async request(request, options) {
      if (left <= 0) throw dead();
      if (!isWrite(request) || --left > 0) return inner.request(request, options);
      if (getsThrough) await inner.request(request, options);
      throw dead();
    },
    follow: (target, sink, signal) => inner.follow(target, sink, signal),
  };
}

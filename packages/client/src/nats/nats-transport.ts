import type { Bus } from '@kubernats/bus';
import type { Clock, Random } from '@kubernats/clock';
import { RetryDelay } from '../retry-delay.ts';
import type { ApiTransport, FollowSink } from '../transport.ts';
import { followOnce } from './follow-once.ts';
import { PendingRequests } from './pending-requests.ts';
import { Renewals } from './renewals.ts';
import { sendRequest } from './request.ts';

export interface NatsTransportDeps {
  bus: Bus;
  cluster: string;
  /** The user name whose subjects the bus lets this process use. */
  identity: string;
  clock: Clock;
  random: Random;
}

/** Reaches the API servers of a cluster over the bus. Source: DESIGN section 4 and `wire.ts`. */
export function natsTransport(deps: NatsTransportDeps): ApiTransport {
  const { bus, cluster, identity, clock, random } = deps;
  const door = { bus, cluster, identity };
  const renewals = new Renewals(door, clock, () => pending.gone());
  const pending = new PendingRequests(clock, () => renewals.renewNow());
  const request: ApiTransport['request'] = (what, options) =>
    pending.run((signal) => sendRequest(door, what, { ...options, signal }), options?.signal);
  return {
    request,
    async follow(target, sink, signal) {
      const delay = new RetryDelay(random);
      // A whole set that arrived means that the way there works: the next failure starts again with a short wait.
      const watched: FollowSink = {
        replace(objects, resourceVersion) {
          delay.reset();
          sink.replace(objects, resourceVersion);
        },
        changed: (type, object) => sink.changed(type, object),
      };
      while (!signal.aborted) {
        try {
          await followOnce({ door, request, clock, renewals }, target, watched, signal);
        } catch (error) {
          if (!signal.aborted) sink.failed?.(error);
        }
        await clock.sleep(delay.next(), signal).catch(() => {});
      }
    },
  };
}

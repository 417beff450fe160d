import type { KubeList } from '@kubernats/api';
import { watchSubject } from '@kubernats/bus';
import type { Clock } from '@kubernats/clock';
import { decodeJson, successBody } from '../json.ts';
import type { ApiRequest, ApiTransport, FollowSink, FollowTarget } from '../transport.ts';
import { decodeFrame, type WatchEventHead, type WatchGrant } from '../wire.ts';
import { Continuity } from './continuity.ts';
import type { Renewals } from './renewals.ts';
import type { NatsDoor } from './request.ts';

/** Heartbeats that may be late before the publisher counts as dead. */
const MISSED_HEARTBEATS = 2.5;
const LIST_TIMEOUT_MS = 60_000;

export interface FollowDeps {
  door: NatsDoor;
  request: ApiTransport['request'];
  clock: Clock;
  renewals: Renewals;
}

/**
 * One life of a follow: asks for the watch, subscribes, lists, and applies what comes. Resolves with the reason when an event
 * may have been missed; rejects when it did not get that far, or the signal aborts.
 */
export async function followOnce(deps: FollowDeps, target: FollowTarget, sink: FollowSink, signal: AbortSignal): Promise<string> {
  const { door, request, clock } = deps;
  const grant = decodeJson<WatchGrant>(successBody(await request(requestOf('watch', target), { signal })));
  const { promise: lost, resolve: lose } = Promise.withResolvers<string>();
  let continuity: Continuity | undefined;
  let heardAtMs = clock.monotonic();
  const early: Uint8Array[] = [];

  const apply = (frame: Uint8Array): void => {
    if (!continuity) return;
    const { head, body } = decodeFrame<WatchEventHead>(frame);
    const verdict = continuity.judge(head);
    if (verdict === 'missed') lose(head.epoch === grant.epoch ? 'an event was missed' : 'the publisher started anew');
    else if (verdict === 'apply' && head.type !== 'HEARTBEAT') sink.changed(head.type, decodeJson(body));
  };
  using cleanup = new DisposableStack();
  const subscription = door.bus.subscribe(watchSubject(door.cluster, door.identity, grant.id), (message) => {
    heardAtMs = clock.monotonic();
    if (continuity) apply(message.data);
    else early.push(message.data);
  });
  cleanup.defer(() => subscription.unsubscribe());
  cleanup.defer(() => {
    continuity = undefined;
  });
  cleanup.defer(deps.renewals.keep(grant, () => lose('the publisher is gone')));
  await door.bus.flush();

  const body = successBody(await request(requestOf('list', target), { signal, timeoutMs: LIST_TIMEOUT_MS }));
  const list = decodeJson<KubeList>(body);
  signal.throwIfAborted();
  const resourceVersion = list.metadata?.resourceVersion ?? '0';
  sink.replace(list.items, resourceVersion);
  continuity = new Continuity(grant.epoch, Number(resourceVersion));
  for (const frame of early.splice(0)) apply(frame);

  cleanup.use(
    watchdog(
      clock,
      grant.heartbeatMs * MISSED_HEARTBEATS,
      () => heardAtMs,
      () => lose('the publisher is silent'),
    ),
  );
  let connected = door.bus.status === 'connected';
  const status = door.bus.onStatus((next) => {
    if (next === 'connected' && !connected) lose('the connection was away');
    connected = next === 'connected';
  });
  cleanup.defer(() => status.unsubscribe());
  const onAbort = () => lose('stopped');
  signal.addEventListener('abort', onAbort, { once: true });
  cleanup.defer(() => signal.removeEventListener('abort', onAbort));
  return await lost;
}

/** Calls `silent` once nothing was heard for `limitMs`. */
function watchdog(clock: Clock, limitMs: number, heardAtMs: () => number, silent: () => void): Disposable {
  const check = () => {
    const leftMs = heardAtMs() + limitMs - clock.monotonic();
    if (leftMs <= 0) silent();
    else timer = clock.setTimer(leftMs, check);
  };
  let timer = clock.setTimer(limitMs, check);
  return { [Symbol.dispose]: () => timer.cancel() };
}

function requestOf(verb: 'watch' | 'list', target: FollowTarget): ApiRequest {
  const { labelSelector, fieldSelector, ...place } = target;
  return { verb, ...place, query: { ...(labelSelector ? { labelSelector } : {}), ...(fieldSelector ? { fieldSelector } : {}) } };
}

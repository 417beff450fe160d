import { Buffer } from 'node:buffer';
import { deepFreeze } from '@kubernats/apimachinery';
import type { ApiRequest, ApiResponse, ApiTransport, FollowSink, FollowTarget } from '@kubernats/client';
import { badRequest, pathNotFound, StatusError } from '@kubernats/errors';
import { handleAudited } from '../audit/handle-audited.ts';
import { attributesOf, refusalText } from '../authz/attributes.ts';
import type { Stored } from '../cache/stored.ts';
import type { UserInfo } from '../call.ts';
import { prepareListing } from '../conversion/prepare-listing.ts';
import { subscribeConverted } from '../conversion/subscribe-converted.ts';
import { type Core, placeOf } from '../core.ts';
import { fromKept } from '../rest/create-object.ts';
import { selectionOf } from '../rest/selection.ts';

const RETRY_MS = 1000;

/** The door for whoever lives in the same process: no bytes on the way of a follow, the same pipeline and the same rules. */
export function inProcessTransport(core: Core, user: UserInfo, userAgent?: string): ApiTransport {
  return {
    async request(request: ApiRequest, options = {}): Promise<ApiResponse> {
      options.signal?.throwIfAborted();
      const reply = await handleAudited(core, {
        request,
        user,
        ...(userAgent ? { userAgent } : {}),
        ...(options.signal ? { signal: options.signal } : {}),
      });
      if (reply.type === 'watch') throw badRequest('a watch in process is made with follow');
      if (reply.type === 'upgrade') throw badRequest('streams to a Pod are served over HTTPS');
      if (reply.type === 'proxy') throw badRequest('the proxy of Services and Pods is served over HTTPS');
      if (reply.type === 'bytes') return collected(reply.source.chunks);
      const { code, chunks, warnings } = reply;
      const [first] = chunks;
      const body = first && chunks.length === 1 ? first : Buffer.concat(chunks);
      return { code, body, ...(warnings.length > 0 ? { warnings: [...warnings] } : {}) };
    },
    async follow(target, sink, signal) {
      while (!signal.aborted) {
        try {
          await followOnce(core, user, target, sink, signal);
        } catch (error) {
          if (signal.aborted) return;
          sink.failed?.(error);
          await core.clock.sleep(RETRY_MS, signal).catch(() => {});
        }
      }
    },
  };
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<ApiResponse> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return { code: 200, body: Buffer.concat(all) };
}

/** Resolves when the history was lost and everything has to be listed again, or the signal aborts. */
async function followOnce(core: Core, user: UserInfo, target: FollowTarget, sink: FollowSink, signal: AbortSignal): Promise<void> {
  const { group, version, resource, namespace, labelSelector, fieldSelector } = target;
  const row = core.kinds.byResource(group, version, resource);
  if (!row) throw pathNotFound();
  for (const verb of ['list', 'watch'] as const) {
    const attributes = attributesOf(user, { verb, group, version, resource, namespace, query: fieldSelector ? { fieldSelector } : {} });
    const { allowed, reason } = core.authorizer.decide(attributes);
    if (!allowed) throw new StatusError('Forbidden', `${resource} is forbidden: ${refusalText(attributes, reason)}`);
  }
  const place = placeOf(core, row);
  const { stream, cache } = place;
  const selection = selectionOf(row, { namespace, labelSelector, fieldSelector }, cache.indexedPath);
  await stream.fresh();
  const waits = () => prepareListing(place, selection, cache.snapshot());
  for (let waiting = waits(); waiting; waiting = waits()) await waiting;
  if (signal.aborted) return;
  const shown = (stored: Stored) => deepFreeze(fromKept(row, stored.object));
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const subscription = subscribeConverted(place, selection, {
    change: (type, stored) => queue(() => sink.changed(type, shown(stored))),
    lost: () => end(),
  });
  // The cache must not run a follower's code while it applies an entry: changes are handed over right after.
  let live = true;
  let queued: (() => void)[] = [];
  const queue = (deliver: () => void) => {
    queued.push(deliver);
    if (queued.length > 1) return;
    queueMicrotask(() => {
      const now = queued;
      queued = [];
      for (const each of now) if (live) each();
    });
  };
  const objects: ReturnType<typeof shown>[] = [];
  const source = selection.indexed === undefined ? cache.values() : cache.withField(selection.indexed);
  for (const stored of source) if (selection.matches(stored)) objects.push(shown(stored));
  const revision = String(stream.revision);
  queue(() => sink.replace(objects, revision));
  const onAbort = () => end();
  signal.addEventListener('abort', onAbort, { once: true });
  await ended;
  live = !signal.aborted;
  signal.removeEventListener('abort', onAbort);
  subscription.end();
}

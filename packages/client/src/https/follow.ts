import type { KubeList, KubeObject } from '@kubernats/api';
import type { Clock, Random } from '@kubernats/clock';
import { isExpired, StatusError, type StatusObject } from '@kubernats/errors';
import { decodeJson, successBody } from '../json.ts';
import { RetryDelay } from '../retry-delay.ts';
import type { ApiRequest, ApiResponse, FollowSink, FollowTarget } from '../transport.ts';
import { linesOf } from './lines.ts';

/** What following needs of HTTP. */
export interface HttpDoor {
  request(request: ApiRequest, options: { signal: AbortSignal }): Promise<ApiResponse>;
  /** The body as it comes; throws the `StatusError` of an answer that is not a success. */
  stream(request: ApiRequest, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject;
}

/** The server ends a watch after so long at most, and half of it at least; the next one goes on where it ended. */
const WATCH_SECONDS = 600;

/** Lists, then watches from the list's revision; lists again when that revision has expired. */
export async function followHttp(
  deps: { door: HttpDoor; clock: Clock; random: Random },
  target: FollowTarget,
  sink: FollowSink,
  signal: AbortSignal,
): Promise<void> {
  const { door, clock, random } = deps;
  const { labelSelector, fieldSelector, ...place } = target;
  const selection = { ...(labelSelector ? { labelSelector } : {}), ...(fieldSelector ? { fieldSelector } : {}) };
  const delay = new RetryDelay(random);
  let revision: string | undefined;

  const list = async (): Promise<string> => {
    const response = await door.request({ verb: 'list', ...place, query: selection }, { signal });
    const whole = decodeJson<KubeList>(successBody(response));
    const listed = whole.metadata?.resourceVersion ?? '0';
    sink.replace(whole.items, listed);
    return listed;
  };
  const watch = async (from: string): Promise<void> => {
    const timeoutSeconds = String(Math.floor((WATCH_SECONDS / 2) * (1 + random.next())));
    const query = { ...selection, resourceVersion: from, allowWatchBookmarks: 'true', timeoutSeconds };
    const body = await door.stream({ verb: 'watch', ...place, query }, signal);
    for await (const line of linesOf(body)) {
      const event = decodeJson<WatchEvent>(line);
      if (event.type === 'ERROR') throw StatusError.fromStatus(event.object as StatusObject);
      delay.reset();
      revision = event.object.metadata?.resourceVersion ?? revision;
      if (event.type !== 'BOOKMARK') sink.changed(event.type, event.object);
    }
  };

  while (!signal.aborted) {
    try {
      revision ??= await list();
      await watch(revision);
    } catch (error) {
      if (signal.aborted) return;
      if (isExpired(error)) revision = undefined;
      else sink.failed?.(error);
    }
    await clock.sleep(delay.next(), signal).catch(() => {});
  }
}

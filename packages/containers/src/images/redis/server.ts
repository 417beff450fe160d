import type { ImageContext } from '../../image.ts';
import { Hub } from './hub.ts';
import type { Journal } from './journal.ts';
import { Session } from './session.ts';
import type { RedisStore } from './store.ts';

/** What the sessions of one server share. */
export interface RedisServer {
  readonly context: ImageContext;
  readonly store: RedisStore;
  readonly journal: Journal | undefined;
  readonly hub: Hub<Session>;
  /** `requirepass`, `maxmemory` and the rest, by name. */
  readonly config: Map<string, string>;
  readonly startedMs: number;
  readonly sessions: Set<Session>;
  commands: number;
}

/** Listens until the container ends. */
export async function listen(
  context: ImageContext,
  port: number,
  parts: Pick<RedisServer, 'store' | 'journal' | 'config'>,
): Promise<RedisServer> {
  const server: RedisServer = { ...parts, context, hub: new Hub(), startedMs: context.clock.monotonic(), sessions: new Set(), commands: 0 };
  await context.network.listen({ host: '0.0.0.0', port }, (connection) => {
    const session = new Session(server, connection);
    server.sessions.add(session);
    connection.once('close', () => server.sessions.delete(session));
  });
  return server;
}

import type { Http2Session } from 'node:http2';
import { IDLE_MS } from './server-options.ts';

/** Closes a connection of HTTP/2, with GOAWAY, when it has had no request for a while. Call the result when one begins, and its result when it has ended. */
export function idleSessions(): (session: Http2Session) => () => void {
  const open = new WeakMap<Http2Session, number>();
  const count = (session: Http2Session, by: number) => open.set(session, (open.get(session) ?? 0) + by);
  return (session) => {
    if (!open.has(session)) session.setTimeout(IDLE_MS, () => open.get(session) === 0 && session.close());
    count(session, 1);
    return () => void count(session, -1);
  };
}

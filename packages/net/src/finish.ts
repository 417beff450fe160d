import type { Connection } from './port.ts';

/** Writes no more. Where the peer has ended too and nothing waits to be sent, that is the end of the connection: it closes at once. */
export function finish(connection: Connection): void {
  if (connection.readableEnded && connection.writableLength === 0) connection.destroy();
  else connection.end();
}

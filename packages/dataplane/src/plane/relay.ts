import type { Connection } from '@kubernats/net';

/**
 * Joins a client and the connection that was dialled `into` it until both directions have ended: with back-pressure, an end passed
 * on as an end, and a failure as a reset. `done` is called once, when both are closed.
 */
export function relay(client: Connection, upstream: Connection, done: () => void): void {
  let open = 2;
  const watch = (self: Connection, other: Connection): void => {
    const onClose = (): void => {
      // Closed before both of its directions had ended: the other side must not take that for an orderly end.
      if (!other.destroyed && !(self.readableEnded && self.writableFinished)) other.reset();
      if (--open === 0) done();
    };
    if (self.destroyed) onClose();
    else self.once('close', onClose);
  };
  watch(client, upstream);
  watch(upstream, client);
  client.pipe(upstream);
}

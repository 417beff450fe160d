import { type Connection, finish } from '@kubernats/net';

/**
 * Joins a client and the connection that was dialled `into` it until both directions have ended: with back-pressure, an end passed
 * on as an end, and a failure as a reset. `done` is called once, when both are closed.
 */
export function relay(client: Connection, upstream: Connection, done: () => void): void {
  let open = 2;
  const watch = (self: Connection, other: Connection): void => {
    const onClose = (): void => {
      // Closed before both of its directions had ended: the other side must not take that for an orderly end.
      const orderly = self.readableEnded && other.readableEnded && self.writableLength === 0;
      if (!other.destroyed && !orderly) other.reset();
      if (--open === 0) done();
    };
    if (self.destroyed) onClose();
    else self.once('close', onClose);
  };
  watch(client, upstream);
  watch(upstream, client);
  send(client, upstream);
}

/** What `pipe` does, without what it does for streams that are piped into several others. */
function send(client: Connection, upstream: Connection): void {
  client.on('data', (chunk) => {
    if (!upstream.write(chunk)) client.pause();
  });
  upstream.on('drain', () => client.resume());
  // A client that sends nothing may have ended while the backend was dialled.
  if (client.readableEnded) finish(upstream);
  else client.once('end', () => finish(upstream));
}

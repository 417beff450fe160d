import type { Connection } from '@kubernats/net';

/**
 * Carries bytes both ways between two connections until both directions have ended: with back-pressure, an end passed on as an
 * end, and a failure as a reset. `done` is called once, when both connections are closed.
 */
export function relay(a: Connection, b: Connection, done: () => void): void {
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
  watch(a, b);
  watch(b, a);
  a.pipe(b);
  b.pipe(a);
}

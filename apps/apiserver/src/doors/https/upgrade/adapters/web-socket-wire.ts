import { BytePipe } from '@kubernats/client';
import type { WebSocket } from 'ws';
import type { Wire } from '../wire.ts';

const UNREAD_BYTES = 256 * 1024;
const UNSENT_BYTES = 512 * 1024;
/** Often enough for proxies that close what is silent for a minute. */
const BEAT_MS = 25_000;

/** A WebSocket as a wire: each chunk is a message. A peer that does not answer two beats is gone. */
export function webSocketWire(socket: WebSocket): Wire {
  const incoming = new BytePipe(UNREAD_BYTES);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let heard = true;
  let paused = false;
  let broken = false;
  socket.binaryType = 'nodebuffer';
  socket.on('message', (data) => {
    heard = true;
    if (!(data instanceof Uint8Array)) return;
    const room = incoming.write(data);
    if (!room || paused) return;
    paused = true;
    socket.pause();
    void room.then(() => {
      paused = false;
      heard = true;
      socket.resume();
    });
  });
  socket.on('pong', () => {
    heard = true;
  });
  // A message that is too long, a frame that is none: the library closes, and 'close' follows.
  socket.on('error', () => {});
  const beat = setInterval(() => {
    if (!heard) return socket.terminate();
    // Who is not read from cannot be heard, and waits for its own pings' answers in vain: it is told that we live.
    if (paused) socket.pong();
    else heard = false;
    socket.ping();
  }, BEAT_MS);
  socket.on('close', () => {
    clearInterval(beat);
    incoming.end();
    resolve();
  });
  return {
    incoming,
    write(chunk, kind = 'binary') {
      // Between the loss of the connection and the news of it a writer has to wait, too, rather than write into nothing.
      if (broken || socket.readyState !== socket.OPEN) return closed;
      const hasRoom = socket.bufferedAmount < UNSENT_BYTES;
      const sent = Promise.withResolvers<void>();
      socket.send(chunk, { binary: kind === 'binary' }, (error) => {
        if (error) broken = true;
        sent.resolve(error ? closed : undefined);
      });
      return hasRoom ? undefined : sent.promise;
    },
    finish() {
      // Nothing that still comes is of interest, but the answer to the farewell is.
      if (paused) socket.resume();
      socket.close(1000);
    },
    destroy: () => socket.terminate(),
    closed,
  };
}

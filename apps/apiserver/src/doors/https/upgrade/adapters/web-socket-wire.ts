import { BytePipe } from '@kubernats/client';
import type { WebSocket } from 'ws';
import type { Wire } from '../wire.ts';

const UNREAD_BYTES = 256 * 1024;
const UNSENT_BYTES = 512 * 1024;
/** Often enough for proxies that close what is silent for a minute. */
const BEAT_MS = 25_000;
/** So many answers: while its reader waits for the next ping, the rest of a client that has few processors gets its turn. */
const FIRST_PINGS = 4;

/**
 * A WebSocket as a wire: each chunk is a message. A peer that does not answer two beats is gone.
 *
 * Nothing is said before the peer has been heard of: programs made of client-go before 1.34 read before they know their channels, and lose
 * what comes at once (kubernetes/kubernetes#131203). Once they have answered some pings they do. (kubectl of those versions is led to SPDY.)
 */
export function webSocketWire(socket: WebSocket): Wire {
  const incoming = new BytePipe(UNREAD_BYTES);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const { promise: answer, resolve: hasAnswered } = Promise.withResolvers<void>();
  let answered = false;
  let heard = true;
  let paused = false;
  let broken = false;
  socket.binaryType = 'nodebuffer';
  let pings = 0;
  const begin = (): void => {
    answered = true;
    hasAnswered();
  };
  const greet = (): void => {
    if (answered) return;
    if (pings === FIRST_PINGS) return begin();
    pings += 1;
    socket.ping();
  };
  const send = (chunk: Uint8Array, kind: 'text' | 'binary'): Promise<void> | undefined => {
    // Between the loss of the connection and the news of it a writer has to wait, too, rather than write into nothing.
    if (broken || socket.readyState !== socket.OPEN) return closed;
    const hasRoom = socket.bufferedAmount < UNSENT_BYTES;
    const sent = Promise.withResolvers<void>();
    socket.send(chunk, { binary: kind === 'binary' }, (error) => {
      if (error) broken = true;
      sent.resolve(error ? closed : undefined);
    });
    return hasRoom ? undefined : sent.promise;
  };
  socket.on('message', (data) => {
    heard = true;
    begin();
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
    greet();
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
    begin();
  });
  greet();
  return {
    incoming,
    write: (chunk, kind = 'binary') => (answered ? send(chunk, kind) : answer.then(() => send(chunk, kind))),
    finish() {
      // Nothing that still comes is of interest, but the answer to the farewell is.
      if (paused) socket.resume();
      void answer.then(() => socket.close(1000));
    },
    destroy: () => socket.terminate(),
    closed,
  };
}

import type { Socket } from 'node:net';
import { BytePipe } from '@kubernats/client';
import type { Wire } from '../wire.ts';

const UNREAD_BYTES = 256 * 1024;
const CLOSE_WITHIN_MS = 10_000;

/** A socket as a wire. `head` is what came behind the request that upgraded it. */
export function socketWire(socket: Socket, head: Uint8Array): Wire {
  const incoming = new BytePipe(UNREAD_BYTES);
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let drained: (() => void)[] = [];
  const wake = (): void => {
    for (const each of drained) each();
    drained = [];
  };
  const take = (chunk: Uint8Array): void => {
    const room = incoming.write(chunk);
    if (!room || socket.isPaused()) return;
    socket.pause();
    void room.then(() => socket.resume());
  };
  socket.on('data', take);
  socket.on('end', () => {
    incoming.end();
    if (timer) socket.destroy();
  });
  socket.on('drain', wake);
  socket.on('error', () => {});
  socket.on('close', () => {
    clearTimeout(timer);
    incoming.end();
    wake();
    resolve();
  });
  if (head.length > 0) take(head);
  return {
    incoming,
    write(chunk) {
      if (!socket.writable) return closed;
      if (socket.write(chunk)) return undefined;
      return new Promise((room) => drained.push(room));
    },
    finish() {
      // The client closes when it has read everything; a close from here might overtake that.
      if (socket.readableEnded) socket.destroy();
      else timer ??= setTimeout(() => socket.destroy(), CLOSE_WITHIN_MS);
    },
    destroy: () => socket.destroy(),
    closed,
  };
}

import { systemCode } from '@kubernats/errors';
import type { Connection } from '@kubernats/net';
import { CONNECTION_WINDOW_BYTES, type FromGuest, type FromHost, type Opened, ownBytes } from './protocol.ts';

/** The host's ends of one worker's connections. */
export class HostConnections {
  readonly #post: (message: FromHost, transfer?: ArrayBuffer[]) => void;
  readonly #open = new Map<number, { connection: Connection; underWay: number }>();

  constructor(post: (message: FromHost, transfer?: ArrayBuffer[]) => void) {
    this.#post = post;
  }

  /** Hands a connection over to the guest. */
  add(id: number, connection: Connection): Opened {
    const entry = { connection, underWay: 0 };
    let code: string | undefined;
    this.#open.set(id, entry);
    connection.on('data', (chunk: Uint8Array) => {
      entry.underWay += chunk.byteLength;
      if (entry.underWay >= CONNECTION_WINDOW_BYTES) connection.pause();
      const own = ownBytes(chunk);
      this.#post({ type: 'data', id, chunk: own }, [own.buffer]);
    });
    connection.on('end', () => this.#post({ type: 'end', id }));
    connection.on('error', (error) => {
      code = systemCode(error) ?? 'EIO';
    });
    connection.on('close', () => {
      this.#open.delete(id);
      this.#post({ type: 'closed', id, code });
    });
    return { local: connection.local, remote: connection.remote };
  }

  take(message: Extract<FromGuest, { type: 'data' | 'end' | 'destroy' | 'ack' }>): void {
    const entry = this.#open.get(message.id);
    if (!entry) return;
    const { connection } = entry;
    switch (message.type) {
      case 'data': {
        const bytes = message.chunk.byteLength;
        connection.write(message.chunk, () => this.#post({ type: 'ack', id: message.id, bytes }));
        return;
      }
      case 'end':
        connection.end();
        return;
      case 'ack':
        entry.underWay -= message.bytes;
        if (entry.underWay < CONNECTION_WINDOW_BYTES && connection.isPaused()) connection.resume();
        return;
      case 'destroy':
        if (message.how === 'reset') connection.reset();
        else if (message.how === 'graceful' && !connection.writableFinished) connection.once('finish', () => connection.destroy());
        else connection.destroy();
        return;
    }
  }
}

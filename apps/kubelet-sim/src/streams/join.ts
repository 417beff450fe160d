import type { Readable } from 'node:stream';
import type { ByteStream } from '@kubernats/bus';
import type { Connection } from '@kubernats/net';

/** Joins a connection and a byte stream: bytes, ends and failures of one go to the other. Resolves when both are over; never rejects. */
export async function join(connection: Connection, stream: ByteStream, heard: () => void): Promise<void> {
  connection.on('error', () => {});
  const closed = new Promise<void>((resolve) => connection.once('close', resolve));
  void stream.closed.then(() => (connection.readableEnded && connection.writableFinished ? undefined : connection.destroy()));
  const outward = async (): Promise<void> => {
    try {
      for await (const chunk of available(connection)) {
        await stream.write(chunk);
        heard();
      }
      await stream.end();
    } catch (error) {
      stream.destroy(error instanceof Error ? error.message : String(error));
    }
  };
  const inward = async (): Promise<void> => {
    try {
      for await (const chunk of stream.incoming) {
        heard();
        if (!connection.write(chunk)) await drained(connection);
      }
      connection.end();
    } catch {
      connection.destroy();
    }
  };
  await Promise.all([outward(), inward(), stream.closed]);
  connection.destroy();
  await closed;
}

/** What has come, as few large chunks as there are: an iterator of the stream itself gives each small write alone. Throws when it breaks off. */
async function* available(source: Readable): AsyncGenerator<Uint8Array, void> {
  let wake = (): void => {};
  const onChange = (): void => wake();
  for (const event of ['readable', 'end', 'error', 'close']) source.on(event, onChange);
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => (wake = resolve));
      const chunk: unknown = source.read();
      if (chunk instanceof Uint8Array) yield chunk;
      else if (source.readableEnded) return;
      else if (source.destroyed) throw source.errored ?? new Error('the connection was closed');
      else await changed;
    }
  } finally {
    for (const event of ['readable', 'end', 'error', 'close']) source.off(event, onChange);
  }
}

function drained(connection: Connection): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      connection.off('drain', done);
      connection.off('close', done);
      resolve();
    };
    connection.on('drain', done);
    connection.on('close', done);
  });
}

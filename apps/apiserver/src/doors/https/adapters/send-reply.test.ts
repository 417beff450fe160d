import { Buffer } from 'node:buffer';
import { EventEmitter } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import type { BodyReply } from '../../../encode/reply.ts';
import { WatchHub } from '../../../watch/watch-hub.ts';
import { type Response, sendReply } from './send-reply.ts';

const MEGABYTE = 1024 * 1024;

/** A client that takes what was written only when it is told to read. */
class SlowClient extends EventEmitter implements Response {
  readonly head: { code: number; headers: Record<string, unknown> }[] = [];
  readonly read: Buffer[] = [];
  unread: Buffer[] = [];
  isEnded = false;

  get writableLength(): number {
    return this.unread.reduce((sum, { length }) => sum + length, 0);
  }

  writeHead(code: number, headers: Record<string, unknown>): void {
    this.head.push({ code, headers });
  }

  write(chunk: Uint8Array): boolean {
    this.unread.push(Buffer.from(chunk));
    return false;
  }

  end(chunk?: Uint8Array): void {
    if (chunk) this.unread.push(Buffer.from(chunk));
    this.isEnded = true;
  }

  destroy(): void {
    this.emit('close');
  }

  /** Reads until the answer has ended; how much there was at the most that it had not read. */
  async readAll(): Promise<number> {
    let most = 0;
    for (;;) {
      most = Math.max(most, this.writableLength);
      this.read.push(...this.unread);
      this.unread = [];
      if (this.isEnded) return most;
      this.emit('drain');
      // What is zipped comes from another thread.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get body(): Buffer {
    return Buffer.concat(this.read);
  }
}

/** A list of 20 MiB, in chunks of the size of objects. */
const chunks = Array.from({ length: 10 * 1024 }, (_, i) => Buffer.alloc(2 * 1024, `${i} `));
const LARGE: BodyReply = { type: 'body', code: 200, contentType: 'application/json', chunks, warnings: [] };

function send(reply: BodyReply, acceptsGzip: boolean) {
  const client = new SlowClient();
  const watches = new WatchHub(new SteppedClock(), () => ({ sent() {}, made() {} }));
  const sending = sendReply(reply, client, watches, { acceptsGzip, isHead: false, headers: {}, isGone: () => false });
  return { client, sending };
}

test('of a large answer, no more is written than the client reads', async () => {
  const { client, sending } = send(LARGE, false);
  expect(await client.readAll()).toBeLessThan(MEGABYTE);
  await sending;
  expect(client.head).toEqual([{ code: 200, headers: expect.objectContaining({ 'content-length': 20 * MEGABYTE }) }]);
  expect(client.body.equals(Buffer.concat(chunks))).toBe(true);
});

test('a large answer is zipped while it is read', async () => {
  const { client, sending } = send(LARGE, true);
  expect(await client.readAll()).toBeLessThan(MEGABYTE);
  await sending;
  expect(client.head[0]?.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  expect(gunzipSync(client.body).equals(Buffer.concat(chunks))).toBe(true);
});

test('nothing more is written to a client that goes away', async () => {
  const { client, sending } = send(LARGE, false);
  client.destroy();
  await sending;
  expect(client.writableLength).toBeLessThan(MEGABYTE);
  expect(client.isEnded).toBe(false);
});

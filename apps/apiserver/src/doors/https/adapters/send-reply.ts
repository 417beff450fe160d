import { Buffer } from 'node:buffer';
import type { OutgoingHttpHeaders } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { ByteSource } from '../../../call.ts';
import type { BodyReply, Reply } from '../../../encode/reply.ts';
import type { WatchHub } from '../../../watch/watch-hub.ts';
import { Outflow, pieces } from './outflow.ts';

/** What both versions of HTTP answer with. */
export interface Response {
  /** Over HTTP/1.1: whether the body is sent in chunks. */
  readonly chunkedEncoding?: boolean;
  /** Over HTTP/1.1: where it is written to, once its turn has come. */
  readonly socket?: Pick<Duplex, 'write' | 'once'> | null;
  /** Bytes that were written and have not been sent yet. */
  readonly writableLength: number;
  writeHead(code: number, headers: OutgoingHttpHeaders): unknown;
  /** False: the client does not read as fast; 'drain' follows. */
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  end(chunk: Uint8Array): unknown;
  destroy(): unknown;
  flushHeaders?(): void;
  on(event: 'drain' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** As in Kubernetes: shorter answers are not worth the time. */
const GZIP_FROM_BYTES = 128 * 1024;
/** What is written at once rather than piece by piece. */
const SHORT_BYTES = 1024 * 1024;

const NO_CACHE = 'no-cache, private';

export interface SendOptions {
  acceptsGzip: boolean;
  isHead: boolean;
  /** What every answer's head says. */
  headers: Readonly<Record<string, string>>;
  /** Whether the client has closed the connection, or was answered otherwise: then nobody would tell a watch to end. */
  isGone(): boolean;
  /** Is told how long a body is that is sent, before it is zipped. */
  sends?(bytes: number): void;
}

/** Sends an answer of any kind; resolves when it is on its way or, of a stream, when it has ended. */
export async function sendReply(
  reply: Exclude<Reply, { type: 'upgrade' | 'proxy' }>,
  response: Response,
  watches: WatchHub,
  options: SendOptions,
): Promise<void> {
  if (options.isGone()) return reply.type === 'bytes' ? reply.source.destroy() : undefined;
  if (reply.type === 'body') return sendBody(reply, response, options);
  if (reply.type === 'bytes') return sendBytes(reply.source, response, options.headers);
  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': NO_CACHE,
    ...warningHeader(reply.warnings),
    ...options.headers,
  });
  flush(response);
  sendWatch(reply, response, watches, options.isHead);
}

async function sendBody(
  { code, contentType, chunks, warnings, headers: more }: BodyReply,
  response: Response,
  { acceptsGzip, isHead, headers: common, sends }: SendOptions,
): Promise<void> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const headers: Record<string, string | string[] | number> = {
    'content-type': contentType,
    'cache-control': NO_CACHE,
    ...warningHeader(warnings),
    ...more,
    ...common,
  };
  const isZipped = acceptsGzip && length >= GZIP_FROM_BYTES;
  if (isZipped) Object.assign(headers, { 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  else if (code !== 304) headers['content-length'] = length;
  sends?.(length);
  response.writeHead(code, headers);
  if (isHead) return void response.end();
  if (isZipped) return writeAll(zipped(pieces(chunks)), response);
  const [first] = chunks;
  if (first && chunks.length === 1) return void response.end(first);
  return length < SHORT_BYTES ? void response.end(Buffer.concat(chunks, length)) : writeAll(pieces(chunks), response);
}

const zipped = (from: Iterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  Readable.from(from).pipe(createGzip({ level: constants.Z_BEST_SPEED }));

/** Writes what comes no faster than the client reads, and ends the answer. */
async function writeAll(from: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, response: Response): Promise<void> {
  const out = new Outflow(response);
  for await (const piece of from) {
    out.write(piece);
    await out.room;
    if (out.isGone) return;
  }
  response.end();
}

function sendWatch({ place, plan, view }: Extract<Reply, { type: 'watch' }>, response: Response, watches: WatchHub, isHead: boolean): void {
  let ended = false;
  const out = new Outflow(response);
  const leave = watches.join(place, plan, view, {
    get room() {
      return out.room;
    },
    write(frames) {
      if (ended || isHead) return;
      if (watches.laggards.isLost(response.writableLength, out.room)) response.destroy();
      else out.writeShared(frames);
    },
    end() {
      ended = true;
      response.end();
    },
  });
  response.on('close', () => {
    ended = true;
    leave();
  });
}

async function sendBytes(
  { contentType, chunks, destroy }: ByteSource,
  response: Response,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  response.writeHead(200, { 'content-type': contentType, 'cache-control': NO_CACHE, ...headers });
  flush(response);
  response.on('close', destroy);
  await writeAll(chunks, response).catch(() => {
    // The node went away in the middle: what was sent is what there is.
    response.end();
  });
}

/** Sends the head now: a watch or a log may have nothing to say for a long time. */
function flush(response: Response): void {
  response.flushHeaders?.();
}

/** Source: RFC 9111, section 5.5, code 299, as Kubernetes uses it. */
function warningHeader(warnings: readonly string[]): Record<string, string[]> {
  if (warnings.length === 0) return {};
  const texts = new Set(warnings.map((text) => text.replace(/\p{Cc}/gu, ' ').replace(/["\\]/g, '\\$&')));
  return { warning: [...texts].map((text) => `299 - "${Buffer.from(text).toString('latin1')}"`) };
}

import { Buffer } from 'node:buffer';
import type { OutgoingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { ByteSource } from '../../../call.ts';
import type { BodyReply, Reply } from '../../../encode/reply.ts';
import type { WatchHub } from '../../../watch/watch-hub.ts';

/** What both versions of HTTP answer with. */
export interface Response {
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
/** A watcher with more than this unsent does not keep up. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;

const gzipped = promisify(gzip);
const NO_CACHE = 'no-cache, private';

export interface SendOptions {
  acceptsGzip: boolean;
  isHead: boolean;
  /** What every answer's head says. */
  headers: Readonly<Record<string, string>>;
  /** Whether the client has closed the connection, or was answered otherwise: then nobody would tell a watch to end. */
  isGone(): boolean;
  /** Is told how long a body is that is sent. */
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
  sendWatch(reply, response, watches);
}

async function sendBody(
  { code, contentType, chunks, warnings, headers: more }: BodyReply,
  response: Response,
  { acceptsGzip, isHead, headers: common, isGone, sends }: SendOptions,
): Promise<void> {
  const [first] = chunks;
  let body: Uint8Array = first && chunks.length === 1 ? first : Buffer.concat(chunks);
  const headers: Record<string, string | string[] | number> = {
    'content-type': contentType,
    'cache-control': NO_CACHE,
    ...warningHeader(warnings),
    ...more,
    ...common,
  };
  if (acceptsGzip && body.length >= GZIP_FROM_BYTES) {
    body = await gzipped(body, { level: constants.Z_BEST_SPEED });
    headers['content-encoding'] = 'gzip';
    headers.vary = 'Accept-Encoding';
  }
  if (code !== 304) headers['content-length'] = body.length;
  if (isGone()) return;
  sends?.(body.length);
  response.writeHead(code, headers);
  if (isHead) response.end();
  else response.end(body);
}

function sendWatch({ place, plan, view }: Extract<Reply, { type: 'watch' }>, response: Response, watches: WatchHub): void {
  let ended = false;
  const leave = watches.join(place, plan, view, {
    write(frames) {
      if (ended) return;
      response.write(frames);
      if (response.writableLength > MAX_UNSENT_BYTES) response.destroy();
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
  let gone = false;
  let wake = () => {};
  response.on('drain', () => wake());
  response.on('close', () => {
    gone = true;
    wake();
    destroy();
  });
  try {
    for await (const chunk of chunks) {
      if (gone) return;
      if (!response.write(chunk)) await new Promise<void>((resolve) => (wake = resolve));
    }
  } catch {
    // The node went away in the middle: what was sent is what there is.
  }
  if (!gone) response.end();
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

import { Buffer } from 'node:buffer';
import { MAX_BODY_BYTES } from '../../../pipeline.ts';
import type { Request } from './peer.ts';

const MAX_DROPPED_BYTES = 8 * MAX_BODY_BYTES;
const EMPTY = Buffer.alloc(0);

/** The whole body; undefined when it is longer than is taken. Rejects when the client goes away. */
export function readBody(request: Request): Promise<Buffer | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') {
    request.resume();
    return Promise.resolve(EMPTY);
  }
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) {
        chunks = undefined;
        first = EMPTY;
        // What follows is read and dropped, so that the client gets to read the refusal; but not for ever.
        if (length > MAX_DROPPED_BYTES) request.destroy();
        return resolve(undefined);
      }
      if (!first) first = chunk;
      else (chunks ??= [first]).push(chunk);
    });
    request.on('end', () => resolve(chunks ? Buffer.concat(chunks, length) : (first ?? EMPTY)));
    request.on('error', reject);
    request.on('aborted', () => reject(new Error('the client has gone')));
  });
}

import { Buffer } from 'node:buffer';

/** The one that was made last: many ask for the same, one after the other. */
let last: { of: Buffer; chunk: Buffer } | undefined;

/** Bytes as a chunk of HTTP/1.1's chunked coding. There must be some: none would be the end. Source: RFC 9112, section 7.1. */
export function chunkOf(bytes: Buffer): Buffer {
  if (last?.of !== bytes) last = { of: bytes, chunk: Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, END]) };
  return last.chunk;
}

const END = Buffer.from('\r\n');

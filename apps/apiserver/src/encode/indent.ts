import { Buffer } from 'node:buffer';
import type { Reply } from './reply.ts';

/** Nobody reads more by eye, and the server would answer nobody else meanwhile. */
const MAX_BYTES = 1024 * 1024;
/** Of those that read without a program in between: command lines and browsers. */
const READERS = ['curl', 'Wget', 'Mozilla/5.0'];
const PRETTY = /[?&]pretty=([^&]*)/;
/** As Go reads a boolean. */
const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** Whether an answer is for somebody who reads it: `pretty` says so, or without it the program that asks. */
export function isRead(url: string, userAgent: string | undefined): boolean {
  const [, pretty = ''] = url.includes('pretty=') ? (PRETTY.exec(url) ?? []) : [];
  if (pretty !== '') return TRUE.has(pretty);
  return userAgent !== undefined && READERS.some((reader) => userAgent.startsWith(reader)) && !url.startsWith('/openapi/');
}

/** The answer with its JSON in lines. What is no JSON, or too long to be read, stays as it is. */
export function indented(reply: Reply): Reply {
  if (reply.type !== 'body' || reply.contentType !== 'application/json') return reply;
  if (reply.chunks.reduce((bytes, chunk) => bytes + chunk.length, 0) > MAX_BYTES) return reply;
  const text = JSON.stringify(JSON.parse(Buffer.concat(reply.chunks).toString('utf8')), undefined, 2);
  return { ...reply, chunks: [Buffer.from(text)] };
}

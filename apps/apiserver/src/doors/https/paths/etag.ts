import { createHash } from 'node:crypto';
import type { BodyReply } from '../../../encode/reply.ts';

const known = new WeakMap<Uint8Array, string>();

/** The hash by which a client knows a document that it has already. Found out once a document. */
export function hashOf(document: Uint8Array): string {
  let hash = known.get(document);
  if (!hash) known.set(document, (hash = createHash('sha512').update(document).digest('hex').toUpperCase()));
  return hash;
}

/** A document with its entity tag, or just the word that the client has it. Source: RFC 9110, section 13.1.2. */
export function tagged(reply: BodyReply, hash: string, ifNoneMatch: string | undefined): BodyReply {
  const headers = { ...reply.headers, etag: `"${hash}"`, vary: 'Accept' };
  const theirs = (ifNoneMatch ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (!theirs.includes(headers.etag) && !theirs.includes('*')) return { ...reply, headers };
  return { ...reply, code: 304, chunks: [], headers };
}

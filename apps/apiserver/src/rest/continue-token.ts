import { Buffer } from 'node:buffer';
import { badRequest } from '@kubernats/errors';

/** Where the next page of a list begins. */
export interface ContinueToken {
  /** The revision of the first page. */
  revision: number;
  /** The id of the last object that was given. */
  start: string;
}

/** The token's text: opaque to clients, of the same form as Kubernetes'. */
export function encodeContinue({ revision, start }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

/** Throws BadRequest for anything that `encodeContinue` did not make. */
export function decodeContinue(text: string): ContinueToken {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Record<string, unknown>;
    if (v === 'meta.k8s.io/v1' && typeof rv === 'number' && Number.isInteger(rv) && typeof start === 'string')
      return { revision: rv, start };
  } catch {
    // Said below, as for every other text that is no token.
  }
  throw badRequest('invalid continue token: continue key is not valid: illegal base64 data or unknown format');
}

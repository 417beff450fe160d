// JSON Web Tokens (RFC 7519) under one key. The algorithm is the key's: what a token says of it is only compared.
import { Buffer } from 'node:buffer';
import { sign, verify } from 'node:crypto';
import type { SigningKey } from './signing-key.ts';

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** RFC 7518: the two numbers of an elliptic signature stand one behind the other. */
const ENCODING = { dsaEncoding: 'ieee-p1363' } as const;

export function signJwt(key: SigningKey, claims: object): string {
  const text = `${encoded({ alg: key.algorithm, kid: key.id })}.${encoded(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key: key.privateKey, ...ENCODING });
  return `${text}.${signature.toString('base64url')}`;
}

/** The claims of a token that this key has signed; undefined for any other text. Times are not looked at. */
export function claimsOf(key: SigningKey, token: string): unknown {
  const [head = '', body = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || head === '' || body === '' || signature === '') return undefined;
  const { alg, kid } = (parsed(head) ?? {}) as { alg?: unknown; kid?: unknown };
  if (alg !== key.algorithm || kid !== key.id) return undefined;
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('sha256', signed, { key: key.publicKey, ...ENCODING }, Buffer.from(signature, 'base64url'))) return undefined;
  return parsed(body);
}

function parsed(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

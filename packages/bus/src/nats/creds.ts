import type { SubjectPermissions } from '../subjects.ts';

/**
 * Whether a credentials file permits exactly this: one of an earlier version may not know a subject yet. The server checks the
 * signature; only the claims are read here, without the cryptography that makes new ones.
 */
export function credsPermit(creds: string, { publish, subscribe }: SubjectPermissions): boolean {
  const nats = claimsOf(creds)?.nats;
  return sameTexts(nats?.pub?.allow, publish) && sameTexts(nats?.sub?.allow, subscribe);
}

/** Whether the key of this account itself has signed a credentials file, as its claims say. */
export const credsAreOf = (creds: string, account: string): boolean => claimsOf(creds)?.iss === account;

function claimsOf(creds: string): UserClaims | undefined {
  const claims = /-----BEGIN NATS USER JWT-----\s*[^.\s]+\.([^.\s]+)\./.exec(creds)?.[1];
  return claims === undefined ? undefined : JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
}

/** What of a user's JWT counts here. Source: NATS documentation, "JWTs". */
interface UserClaims {
  iss?: string;
  nats?: { pub?: { allow?: string[] }; sub?: { allow?: string[] } };
}

const sameTexts = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
  a?.length === b.length && a.every((text, index) => text === b[index]);

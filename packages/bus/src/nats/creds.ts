import type { SubjectPermissions } from '../subjects.ts';

/**
 * Whether a credentials file permits exactly this: one of an earlier version may not know a subject yet. The server checks the
 * signature; only the claims are read here, without the cryptography that makes new ones.
 */
export function credsPermit(creds: string, { publish, subscribe }: SubjectPermissions): boolean {
  const claims = /-----BEGIN NATS USER JWT-----\s*[^.\s]+\.([^.\s]+)\./.exec(creds)?.[1];
  if (claims === undefined) return false;
  const { nats } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as UserClaims;
  return sameTexts(nats?.pub?.allow, publish) && sameTexts(nats?.sub?.allow, subscribe);
}

/** What of a user's JWT counts here. Source: NATS documentation, "JWTs". */
interface UserClaims {
  nats?: { pub?: { allow?: string[] }; sub?: { allow?: string[] } };
}

const sameTexts = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
  a?.length === b.length && a.every((text, index) => text === b[index]);

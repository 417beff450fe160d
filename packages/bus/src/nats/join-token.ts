import { Buffer } from 'node:buffer';
import { createHash, X509Certificate } from 'node:crypto';
import { unescapeToken } from '../subjects.ts';

/** A bootstrap token as Kubernetes has it: six letters and digits that name it, and sixteen that are secret. Source: "Authenticating with Bootstrap Tokens". */
export const BOOTSTRAP_TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;

/** All that a machine needs to ask a cluster to take it in, beside the address. */
export interface JoinToken {
  /** The bootstrap token: its name, and what is secret of it. */
  id: string;
  secret: string;
  /** Says which authority signs the certificate of the cluster's NATS server: `authorityHash`. */
  caHash: string;
  /** The seed of the key by which the NATS server knows the token, and what that key may do. */
  seed: string;
  jwt: string;
}

/** One word: the bootstrap token, and after it what a connection needs. */
export const formatJoinToken = ({ id, secret, caHash, seed, jwt }: JoinToken): string => [id, secret, caHash, seed, jwt].join('.');

/** The parts of such a word; undefined when it is none, or not all of it. */
export function parseJoinToken(word: string): JoinToken | undefined {
  const [id = '', secret = '', caHash = '', seed = '', ...jwt] = word.split('.');
  const isOne = BOOTSTRAP_TOKEN.test(`${id}.${secret}`) && /^[\w-]{43}$/.test(caHash) && /^SU[A-Z2-7]{56}$/.test(seed) && jwt.length === 3;
  const token = { id, secret, caHash, seed, jwt: jwt.join('.') };
  return isOne && claimsOf(token.jwt) !== undefined ? token : undefined;
}

/** Whom a join token is for, as it says itself; the cluster checks it. `expiresAt`: seconds since 1970. */
export function joinTokenFacts({ jwt }: JoinToken): { cluster: string; expiresAt: number | undefined } {
  const claims = claimsOf(jwt);
  return { cluster: unescapeToken(claims?.nats?.pub?.allow?.[0]?.split('.')[1] ?? ''), expiresAt: claims?.exp };
}

/** What of a user's JWT counts here. Source: NATS documentation, "JWTs". */
interface Claims {
  exp?: number;
  nats?: { pub?: { allow?: string[] } };
}

function claimsOf(jwt: string): Claims | undefined {
  try {
    return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims;
  } catch {
    return undefined;
  }
}

/** The SHA-256 of an authority's public key, as `kubeadm join --discovery-token-ca-cert-hash` has it, in base64url. `certificate`: PEM or DER. */
export function authorityHash(certificate: string | Buffer): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64url');
}

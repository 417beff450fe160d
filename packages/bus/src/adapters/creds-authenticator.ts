import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Authenticator } from '@nats-io/transport-node';

/** An Ed25519 private key in PKCS #8, up to its 32 secret bytes. Source: RFC 8410, section 7. */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const SECTION = /-{3,}BEGIN [^\n]*-{3,}\s*(\S+)\s*-{3,}END /g;

/**
 * Answers a NATS server's challenge with a credentials file (`.creds`: a user's JWT and the seed of its key). Throws when it is
 * none. It signs with the platform's Ed25519: in JavaScript, as the client's own authenticator does, that is a third of a component's start.
 */
export function credsAuthenticator(creds: Uint8Array): Authenticator {
  const [jwt, seed] = [...new TextDecoder().decode(creds).matchAll(SECTION)].map(([, content = '']) => content);
  if (jwt === undefined || seed === undefined) throw new Error('not a file of NATS credentials');
  const key = keyOfSeed(seed);
  return (nonce = '') => ({ jwt, sig: sign(null, Buffer.from(nonce), key).toString('base64') });
}

/** An nkey's seed is base32 of two bytes that say its kind, the secret, and a checksum of two bytes. Source: NATS documentation, "NKeys". */
function keyOfSeed(seed: string): KeyObject {
  const secret = fromBase32(seed).subarray(2, -2);
  if (secret.length !== 32) throw new Error('not the seed of an nkey');
  return createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, secret]), format: 'der', type: 'pkcs8' });
}

/** Source: RFC 4648, section 6; without padding. */
function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

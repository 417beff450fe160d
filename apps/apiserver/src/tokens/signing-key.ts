import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** What signs ServiceAccount tokens, and what checks them. */
export interface SigningKey {
  algorithm: 'ES256' | 'RS256';
  /** The key's name in a token's head: the hash of the public key, as in Kubernetes. */
  id: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** The key of a PEM text, elliptic (P-256) or RSA. Without one a key of its own, which lives as long as the process. */
export function signingKey(pem: string | undefined): SigningKey {
  const privateKey = pem === undefined ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey : createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const id = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  return { algorithm: algorithmOf(privateKey), id, privateKey, publicKey };
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SigningKey['algorithm'] {
  if (asymmetricKeyType === 'rsa') return 'RS256';
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ES256';
  throw new Error('the key for ServiceAccount tokens must be RSA or elliptic on P-256');
}

import { generateKeyPair, privateKeyPem, publicKeyPem } from './keys.ts';

/** The pair that signs and checks ServiceAccount tokens (ES256), as PEM. */
export async function createSigningKey(): Promise<{ privateKeyPem: string; publicKeyPem: string }> {
  const keys = await generateKeyPair();
  return { privateKeyPem: await privateKeyPem(keys.privateKey), publicKeyPem: await publicKeyPem(keys.publicKey) };
}

import { ISSUER } from './claims.ts';
import type { SigningKey } from './signing-key.ts';

export const OPEN_ID_CONFIGURATION = '/.well-known/openid-configuration';
export const KEY_SET = '/openid/v1/jwks';

/** Where others learn how to check tokens of this cluster. Source: OpenID Connect Discovery 1.0, "Service account issuer discovery". */
export function openIdConfiguration(key: SigningKey, serverAddress: string): object {
  return {
    issuer: ISSUER,
    jwks_uri: `https://${serverAddress}${KEY_SET}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [key.algorithm],
  };
}

/** The public key, as RFC 7517 has it. */
export function keySet(key: SigningKey): object {
  return { keys: [{ use: 'sig', kid: key.id, alg: key.algorithm, ...key.publicKey.export({ format: 'jwk' }) }] };
}

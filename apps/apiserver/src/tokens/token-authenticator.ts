import type { Clock } from '@kubernats/clock';
import type { UserInfo } from '../call.ts';
import { ISSUER, isTokenClaims, type TokenClaims, userNameOf } from './claims.ts';
import { claimsOf } from './jwt.ts';
import type { SigningKey } from './signing-key.ts';

/** The uid of an object that is there; undefined for one that is not. */
export type UidOf = (resource: 'serviceaccounts' | 'pods' | 'secrets' | 'nodes', namespace: string, name: string) => string | undefined;

/** By how much clocks may differ. */
const LEEWAY_SECONDS = 60;

/** Tells whose ServiceAccount token a text is. */
export class TokenAuthenticator {
  readonly #key: SigningKey;
  readonly #clock: Clock;
  readonly #uidOf: UidOf;

  constructor(deps: { key: SigningKey; clock: Clock; uidOf: UidOf }) {
    this.#key = deps.key;
    this.#clock = deps.clock;
    this.#uidOf = deps.uidOf;
  }

  /**
   * The user of the token. Undefined unless this server has signed it for itself, it is in its time, and its ServiceAccount and what it is
   * bound to are still the ones it was issued for.
   */
  userOf(token: string): UserInfo | undefined {
    const claims = claimsOf(this.#key, token);
    if (!isTokenClaims(claims) || !claims.aud.includes(ISSUER)) return undefined;
    const now = this.#clock.now() / 1000;
    if (now > claims.exp + LEEWAY_SECONDS || now < claims.nbf - LEEWAY_SECONDS) return undefined;
    const { namespace, serviceaccount } = claims['kubernetes.io'];
    if (!this.#isBoundToWhatIsThere(claims['kubernetes.io'])) return undefined;
    return {
      name: userNameOf(namespace, serviceaccount.name),
      uid: serviceaccount.uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    };
  }

  #isBoundToWhatIsThere({ namespace, serviceaccount, pod, secret, node }: TokenClaims['kubernetes.io']): boolean {
    const isThere = (resource: Parameters<UidOf>[0], inNamespace: string, named: { name: string; uid: string } | undefined): boolean =>
      named === undefined || this.#uidOf(resource, inNamespace, named.name) === named.uid;
    return (
      isThere('serviceaccounts', namespace, serviceaccount) &&
      isThere('pods', namespace, pod) &&
      isThere('secrets', namespace, secret) &&
      isThere('nodes', '', node)
    );
  }
}

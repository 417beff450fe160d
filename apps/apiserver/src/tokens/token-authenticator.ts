import type { Secret } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import type { UserInfo } from '../call.ts';
import { bootstrapUser } from './bootstrap-user.ts';
import { ISSUER, isTokenClaims, type TokenClaims, userNameOf } from './claims.ts';
import { claimsOf } from './jwt.ts';
import type { SigningKey } from './signing-key.ts';

export interface Bound {
  uid: string | undefined;
  /** By when it is to be gone, where it is on its way out. Milliseconds since 1970. */
  deletedAtMs?: number;
}

/** An object that is there; undefined for one that is not. */
export type FindBound = (resource: 'serviceaccounts' | 'pods' | 'secrets' | 'nodes', namespace: string, name: string) => Bound | undefined;

/** Whose a token is and which of the audiences that were asked for it is meant for, or why it is nobody's. */
export type TokenVerdict = { user: UserInfo; audiences: string[] } | { user: undefined; why: string };

/** By how much clocks may differ, and how long a token outlives what it is bound to. */
const LEEWAY_SECONDS = 60;
const EXTRA = 'authentication.kubernetes.io/';

/** Tells whose token a text is: one of a file, a ServiceAccount's, or one of those by which machines join. */
export class TokenAuthenticator {
  readonly #key: SigningKey;
  readonly #clock: Clock;
  readonly #find: FindBound;
  readonly #findBootstrap: (name: string) => Secret | undefined;
  readonly #staticUsers: ReadonlyMap<string, UserInfo>;

  constructor(deps: {
    key: SigningKey;
    clock: Clock;
    find: FindBound;
    findBootstrap(name: string): Secret | undefined;
    /** By token. */
    staticUsers?: ReadonlyMap<string, UserInfo>;
  }) {
    this.#key = deps.key;
    this.#clock = deps.clock;
    this.#find = deps.find;
    this.#findBootstrap = deps.findBootstrap;
    this.#staticUsers = deps.staticUsers ?? new Map();
  }

  /**
   * Looks at a token. It is good when this server has signed it for one of the audiences, it is in its time, and its ServiceAccount and what it
   * is bound to are still the ones it was issued for.
   */
  review(token: string, audiences: readonly string[] = [ISSUER]): TokenVerdict {
    // Neither of these says for whom it is meant: they are for this server.
    const user = this.#staticUsers.get(token) ?? bootstrapUser(token, this.#findBootstrap, this.#clock.now());
    if (user) return audiences.includes(ISSUER) ? { user, audiences: [ISSUER] } : refused();
    return this.#reviewOfAccount(token, audiences);
  }

  #reviewOfAccount(token: string, audiences: readonly string[]): TokenVerdict {
    const claims = claimsOf(this.#key, token);
    if (!isTokenClaims(claims)) return refused();
    const common = audiences.filter((audience) => claims.aud.includes(audience));
    if (common.length === 0) {
      return refused(`token audiences ${goList(claims.aud)} is invalid for the target audiences ${goList(audiences)}`);
    }
    const now = this.#clock.now() / 1000;
    if (now > claims.exp + LEEWAY_SECONDS) return refused('service account token has expired');
    if (now < claims.nbf - LEEWAY_SECONDS) return refused('service account token is not valid yet');
    const { namespace, serviceaccount } = claims['kubernetes.io'];
    if (!this.#isBoundToWhatIsThere(claims['kubernetes.io'])) return refused('service account token has been invalidated');
    const user: UserInfo = {
      name: userNameOf(namespace, serviceaccount.name),
      uid: serviceaccount.uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      extra: extraOf(claims),
    };
    return { user, audiences: common };
  }

  #isBoundToWhatIsThere({ namespace, serviceaccount, pod, secret, node }: TokenClaims['kubernetes.io']): boolean {
    const isThere = (
      resource: Parameters<FindBound>[0],
      inNamespace: string,
      named: { name: string; uid?: string } | undefined,
    ): boolean => {
      if (named === undefined) return true;
      const found = this.#find(resource, inNamespace, named.name);
      return found !== undefined && found.uid === named.uid && this.#isAlive(found);
    };
    return (
      isThere('serviceaccounts', namespace, serviceaccount) &&
      isThere('pods', namespace, pod) &&
      isThere('secrets', namespace, secret) &&
      isThere('nodes', '', pod ? undefined : node)
    );
  }

  #isAlive({ deletedAtMs }: Bound): boolean {
    return deletedAtMs === undefined || this.#clock.now() <= deletedAtMs + LEEWAY_SECONDS * 1000;
  }
}

/** As Kubernetes words it: that it is none, then why not where that is known. */
function refused(why?: string): TokenVerdict {
  return { user: undefined, why: why === undefined ? 'invalid bearer token' : `[invalid bearer token, ${why}]` };
}

const goList = (words: readonly string[]): string => `[${words.map((word) => JSON.stringify(word)).join(' ')}]`;

function extraOf({ jti, 'kubernetes.io': { pod, node } }: TokenClaims): Record<string, string[]> {
  const rows: [string, string | undefined][] = [
    ['credential-id', typeof jti === 'string' ? `JTI=${jti}` : undefined],
    ['node-name', node?.name],
    ['node-uid', node?.uid],
    ['pod-name', pod?.name],
    ['pod-uid', pod?.uid],
  ];
  return Object.fromEntries(rows.flatMap(([name, value]) => (value === undefined ? [] : [[EXTRA + name, [value]]])));
}

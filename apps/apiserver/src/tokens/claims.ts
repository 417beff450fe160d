/** Who issues the tokens, and whom they are for unless the request says otherwise. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

interface Named {
  name: string;
  uid: string;
}

/** What a ServiceAccount token says. Source: Kubernetes' bound service account tokens. Times in seconds since 1970. */
export interface TokenClaims {
  aud: string[];
  exp: number;
  iat: number;
  iss: string;
  jti: string;
  'kubernetes.io': {
    namespace: string;
    serviceaccount: Named;
    /** The token is good as long as these are there. */
    pod?: Named;
    secret?: Named;
    /** Beside a Pod it only tells where that is; then the uid may be unknown. */
    node?: { name: string; uid?: string };
    /** From then on the token should have been replaced. */
    warnafter?: number;
  };
  nbf: number;
  sub: string;
}

export const userNameOf = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

/** Claims are what this server has signed, or another version of it: looked at once more. */
export function isTokenClaims(value: unknown): value is TokenClaims {
  if (typeof value !== 'object' || value === null) return false;
  const { aud, exp, nbf, iss, ...rest } = value as Partial<TokenClaims>;
  const bound = rest['kubernetes.io'];
  return (
    Array.isArray(aud) &&
    typeof exp === 'number' &&
    typeof nbf === 'number' &&
    iss === ISSUER &&
    typeof bound?.namespace === 'string' &&
    typeof bound.serviceaccount?.name === 'string' &&
    typeof bound.serviceaccount.uid === 'string'
  );
}

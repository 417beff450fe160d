/** The type of the Secrets that bootstrap tokens are. Source: "Authenticating with Bootstrap Tokens". */
export const BOOTSTRAP_TOKEN_TYPE = 'bootstrap.kubernetes.io/token';

/** Where they are. */
export const BOOTSTRAP_TOKEN_NAMESPACE = 'kube-system';

/** How often a token is good still; without it: until it expires. kubernats' own. */
export const USES_LEFT = 'uses-left';

export const secretNameOf = (id: string): string => `bootstrap-token-${id}`;

/** What a machine asks that has a bootstrap token: a node's credentials. */
export interface JoinRequest {
  /** The bootstrap token: `abcdef.0123456789abcdef`. */
  token: string;
  /** The public key of the user that the machine has made; the seed stays there. */
  publicKey: string;
  /** What its Node is to be called. Absent: the lowest free nodeK. */
  nodeName?: string;
}

/** What runs on a node. */
export type MachineComponent = 'kubelet-sim' | 'service-proxy';

/** The body of the answer: who the machine is from now on. */
export interface JoinAnswer {
  nodeName: string;
  /** The kubelet's `--pool`. */
  pool: string;
  /** What each component's credentials say, signed for the machine's key. */
  jwts: Record<MachineComponent, string>;
}

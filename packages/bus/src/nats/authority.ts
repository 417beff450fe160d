import { encodeAccount, encodeOperator, encodeUser, fmtCreds, type User } from '@nats-io/jwt';
import { createAccount, createOperator, createUser, fromPublic, fromSeed, type KeyPair } from '@nats-io/nkeys';
import type { SubjectPermissions } from '../subjects.ts';

/**
 * A cluster's keys towards its NATS server: an operator who signs accounts, the cluster's account that signs users, and the
 * system account. All of it is text, so that it can be kept in a file; the seeds are secret.
 * Source: NATS documentation, "Decentralized JWT Authentication/Authorization".
 */
export interface NatsAuthority {
  operatorJwt: string;
  systemAccount: string;
  systemAccountJwt: string;
  account: string;
  accountJwt: string;
  /** Signs users' credentials. */
  accountSeed: string;
  /** Signs accounts. */
  operatorSeed: string;
  /** Signs credentials of the account as well, without being its identity: what the API server has, for machines that join. */
  signerSeed: string;
}

/** What signs credentials of an account for others' keys. */
export interface NatsSigner {
  /** The account's public key. */
  account: string;
  /** The seed of one of its signing keys. */
  seed: string;
}

export const signerOf = ({ account, signerSeed: seed }: NatsAuthority): NatsSigner => ({ account, seed });

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const UNLIMITED = -1;

/** New keys. `cluster` is the name that the operator and account get. */
export async function createNatsAuthority(cluster: string): Promise<NatsAuthority> {
  const operator = createOperator();
  const system = createAccount();
  const account = createAccount();
  const systemAccount = system.getPublicKey();
  const [operatorJwt, signed] = await Promise.all([
    encodeOperator(`kubernats-${cluster}`, operator, { system_account: systemAccount }),
    signedAccounts(cluster, { account, systemAccount, operator }),
  ]);
  return {
    operatorJwt,
    systemAccount,
    account: account.getPublicKey(),
    ...signed,
    accountSeed: text(account.getSeed()),
    operatorSeed: text(operator.getSeed()),
  };
}

/** The keys of an older version, or with a new signing key: the account and its credentials stay what they are. */
export async function withSigner(cluster: string, authority: Omit<NatsAuthority, 'signerSeed'>): Promise<NatsAuthority> {
  const keys = (seed: string): KeyPair => fromSeed(new TextEncoder().encode(seed));
  const { systemAccount, accountSeed, operatorSeed } = authority;
  return { ...authority, ...(await signedAccounts(cluster, { account: keys(accountSeed), systemAccount, operator: keys(operatorSeed) })) };
}

const CONNECTIONS = { conn: UNLIMITED, leaf: UNLIMITED, imports: UNLIMITED, exports: UNLIMITED, wildcards: true, disallow_bearer: true };
const TRAFFIC = { data: UNLIMITED, payload: UNLIMITED, subs: UNLIMITED };
const JETSTREAM = {
  mem_storage: UNLIMITED,
  disk_storage: UNLIMITED,
  streams: UNLIMITED,
  consumer: UNLIMITED,
  max_ack_pending: UNLIMITED,
};

/**
 * Nothing is ever said on it. The system account takes it from the cluster's account, so that a server loads that account, and its streams, before it
 * listens. It would load it when the first client comes otherwise, and (2.9) once more for each that comes at the same moment: then two keepers of one
 * folder remove each other's files.
 */
const LOADS_ACCOUNT = 'kubernats.loads-account';

/** The claims of both accounts, with a new signing key of the cluster's. */
async function signedAccounts(
  cluster: string,
  { account, systemAccount, operator }: { account: KeyPair; systemAccount: string; operator: KeyPair },
): Promise<Pick<NatsAuthority, 'accountJwt' | 'systemAccountJwt' | 'signerSeed'>> {
  const signer = createAccount();
  const given = { name: LOADS_ACCOUNT, subject: LOADS_ACCOUNT, type: 'stream' as const };
  const claims = { limits: { ...CONNECTIONS, ...TRAFFIC, ...JETSTREAM }, exports: [given], signing_keys: [signer.getPublicKey()] };
  const systemClaims = { limits: { ...CONNECTIONS, ...TRAFFIC }, imports: [{ ...given, account: account.getPublicKey() }] };
  const [accountJwt, systemAccountJwt] = await Promise.all([
    encodeAccount(`kubernats-${cluster}`, account, claims, { signer: operator }),
    encodeAccount('SYS', systemAccount, systemClaims, { signer: operator }),
  ]);
  return { accountJwt, systemAccountJwt, signerSeed: text(signer.getSeed()) };
}
/** A credentials file (`.creds`) for one identity: what it may publish and subscribe to is signed into it. */
export async function userCreds(authority: NatsAuthority, user: { identity: string; permissions: SubjectPermissions }): Promise<string> {
  const keys = createUser();
  const jwt = await encodeUser(user.identity, keys, fromSeed(new TextEncoder().encode(authority.accountSeed)), claimsOf(user.permissions));
  return text(fmtCreds(jwt, keys));
}

const claimsOf = ({ publish, subscribe }: SubjectPermissions): Partial<User> => ({
  pub: { allow: publish, deny: [] },
  sub: { allow: subscribe, deny: [] },
  ...TRAFFIC,
});

/**
 * Signs what the holder of a key may do: `publicKey` is a user's, and its seed stays where it was made. `expiresAt` is in seconds since 1970;
 * absent: the credentials last. Throws when it is no user's public key.
 */
export function signUser(
  { account, seed }: NatsSigner,
  user: { identity: string; permissions: SubjectPermissions; publicKey: string; expiresAt?: number },
): Promise<string> {
  const { identity, permissions, publicKey, expiresAt } = user;
  return encodeUser(identity, publicKey, account, claimsOf(permissions), {
    signer: seed,
    ...(expiresAt === undefined ? {} : { exp: expiresAt }),
  });
}

/** Whether the text is a user's public key, without a slip. Source: NATS documentation, "NKeys". */
export function isUserKey(key: string): boolean {
  try {
    return key.startsWith('U') && fromPublic(key).getPublicKey() === key;
  } catch {
    return false;
  }
}

/** A new user's key; only `publicKey` may leave the machine that makes it. */
export function createUserKey(): { publicKey: string; seed: string } {
  const keys = createUser();
  return { publicKey: keys.getPublicKey(), seed: text(keys.getSeed()) };
}

/** The credentials file of a key, with what was signed for it. */
export const credsOfKey = (jwt: string, seed: string): string => text(fmtCreds(jwt, fromSeed(new TextEncoder().encode(seed))));

import { encodeAccount, encodeOperator, encodeUser, fmtCreds } from '@nats-io/jwt';
import { createAccount, createOperator, createUser, fromSeed } from '@nats-io/nkeys';
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
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const UNLIMITED = -1;

/** New keys. `cluster` is the name that the operator and account get. */
export async function createNatsAuthority(cluster: string): Promise<NatsAuthority> {
  const operator = createOperator();
  const system = createAccount();
  const account = createAccount();
  const connections = { conn: UNLIMITED, leaf: UNLIMITED, imports: UNLIMITED, exports: UNLIMITED, wildcards: true, disallow_bearer: true };
  const traffic = { data: UNLIMITED, payload: UNLIMITED, subs: UNLIMITED };
  const jetstream = {
    mem_storage: UNLIMITED,
    disk_storage: UNLIMITED,
    streams: UNLIMITED,
    consumer: UNLIMITED,
    max_ack_pending: UNLIMITED,
  };
  const [operatorJwt, systemAccountJwt, accountJwt] = await Promise.all([
    encodeOperator(`kubernats-${cluster}`, operator, { system_account: system.getPublicKey() }),
    encodeAccount('SYS', system, { limits: { ...connections, ...traffic } }, { signer: operator }),
    encodeAccount(`kubernats-${cluster}`, account, { limits: { ...connections, ...traffic, ...jetstream } }, { signer: operator }),
  ]);
  return {
    operatorJwt,
    systemAccount: system.getPublicKey(),
    systemAccountJwt,
    account: account.getPublicKey(),
    accountJwt,
    accountSeed: text(account.getSeed()),
    operatorSeed: text(operator.getSeed()),
  };
}

/** A credentials file (`.creds`) for one identity: what it may publish and subscribe to is signed into it. */
export async function userCreds(authority: NatsAuthority, user: { identity: string; permissions: SubjectPermissions }): Promise<string> {
  const keys = createUser();
  const { publish, subscribe } = user.permissions;
  const jwt = await encodeUser(user.identity, keys, fromSeed(new TextEncoder().encode(authority.accountSeed)), {
    pub: { allow: publish, deny: [] },
    sub: { allow: subscribe, deny: [] },
    subs: UNLIMITED,
    data: UNLIMITED,
    payload: UNLIMITED,
  });
  return text(fmtCreds(jwt, keys));
}

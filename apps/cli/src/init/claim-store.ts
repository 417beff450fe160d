import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsAuthority } from '@kubernats/bus';
import { Failure } from '../failure.ts';

/** How NATS spells an account's public key, which is the name of the folder with its streams. */
const ACCOUNT = /^A[A-Z2-7]{55}$/;

/**
 * Prepares the NATS server's folder for a cluster. Refuses one that has the state of another cluster and none of this one: the server would
 * leave that aside, and the cluster begin anew without a word.
 */
export function claimStore(storeDir: string, { account, systemAccount }: NatsAuthority, keys: string): void {
  const accounts = join(storeDir, 'jetstream');
  const found = existsSync(accounts) ? readdirSync(accounts).filter((name) => ACCOUNT.test(name) && name !== systemAccount) : [];
  if (found.length > 0 && !found.includes(account)) {
    throw new Failure(
      `${storeDir} holds the state of a cluster whose keys are not those in ${keys}.\n` +
        'Put its keys back where they were, or remove both, the state and the keys, to begin anew.',
    );
  }
  // From now on it is this cluster's, whether or not its server has run.
  mkdirSync(join(accounts, account), { recursive: true });
}

import { Buffer } from 'node:buffer';
import { type Secret, Secrets } from '@kubernats/api';
import { BOOTSTRAP_TOKEN_NAMESPACE, type Client, secretNameOf, USES_LEFT } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { isConflict, isNotFound, StatusError } from '@kubernats/errors';
import { judgeToken, usesLeftOf } from './judge-token.ts';

/** A token that was good, and how to give the use back that was made of it. */
export interface Use {
  giveBack(): Promise<void>;
}

/**
 * Makes use of a token once, by compare-and-set: a token for one machine takes in one, however many ask at once. Throws Unauthorized, with the reason,
 * when it is not good.
 */
export async function takeUse(deps: { client: Client; clock: Clock }, token: { id: string; secret: string }): Promise<Use> {
  const secrets = deps.client.kind(Secrets);
  const read = (): Promise<Secret | undefined> =>
    secrets.get(secretNameOf(token.id), BOOTSTRAP_TOKEN_NAMESPACE).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  /** Whether it was written; not, when somebody else was quicker. */
  const write = (secret: Secret, uses: number): Promise<boolean> =>
    secrets.update(withUses(secret, uses)).then(
      () => true,
      (error: unknown) => {
        if (isConflict(error) || isNotFound(error)) return false;
        throw error;
      },
    );
  const giveBack = async (): Promise<void> => {
    for (;;) {
      const secret = await read();
      const usesLeft = secret && usesLeftOf(secret);
      if (!secret || usesLeft === undefined || (await write(secret, usesLeft + 1))) return;
    }
  };
  for (;;) {
    const secret = await read();
    const verdict = judgeToken(secret, token, deps.clock.now());
    if (!verdict.good) throw new StatusError('Unauthorized', verdict.why);
    if (verdict.usesLeft === undefined) return { giveBack: async () => {} };
    if (await write(verdict.secret, verdict.usesLeft - 1)) return { giveBack };
  }
}

const withUses = (secret: Secret, uses: number): Secret => ({
  ...secret,
  data: { ...secret.data, [USES_LEFT]: Buffer.from(String(uses)).toString('base64') },
});

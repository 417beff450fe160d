import { Buffer } from 'node:buffer';
import { type Secret, Secrets } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import { isConflict, isNotFound, StatusError } from '@kubernats/errors';
import { BOOTSTRAP_TOKEN_NAMESPACE, judgeToken, secretNameOf, USES_LEFT } from './judge-token.ts';

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
  const name = secretNameOf(token.id);
  const change = async (by: -1 | 1): Promise<void> => {
    for (;;) {
      const secret = await secrets.get(name, BOOTSTRAP_TOKEN_NAMESPACE).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
      const verdict = judgeToken(secret, token, deps.clock.now());
      if (!verdict.good && by === -1) throw new StatusError('Unauthorized', verdict.why);
      if (!secret || (verdict.good && verdict.usesLeft === undefined)) return;
      try {
        await secrets.update(withUses(secret, (verdict.good ? (verdict.usesLeft ?? 0) : 0) + by));
        return;
      } catch (error) {
        if (!isConflict(error) && !isNotFound(error)) throw error;
      }
    }
  };
  await change(-1);
  return { giveBack: () => change(1) };
}

const withUses = (secret: Secret, uses: number): Secret => ({
  ...secret,
  data: { ...secret.data, [USES_LEFT]: Buffer.from(String(uses)).toString('base64') },
});

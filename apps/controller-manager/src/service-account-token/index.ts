import { type Secret, Secrets, type ServiceAccount, ServiceAccounts, type TokenRequest } from '@kubernats/api';
import { keyOf } from '@kubernats/client';
import { type Controller, createController } from '@kubernats/controller';
import { isConflict, isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { ACCOUNT_NAME, decide, isTokenSecret } from './decide.ts';

const BY_ACCOUNT = 'serviceAccount';
/** As long as a token may be good: it is to be so until its Secret goes. Seconds. */
const LONGEST = 2 ** 32;

/**
 * Fills the Secrets that people make to have a token of a ServiceAccount for good, and deletes those whose account is gone. The token dies with its Secret.
 * Source: "Manually create a long-lived API token for a ServiceAccount".
 */
export function serviceAccountTokenController(context: ControllerContext): Controller {
  const { client, informers, config } = context;
  const secrets = informers.of(Secrets);
  const accounts = informers.of(ServiceAccounts);
  secrets.addIndex(BY_ACCOUNT, (secret) => (isTokenSecret(secret) ? [`${secret.metadata?.namespace}/${accountOf(secret)}`] : []));
  const controller = createController({ ...context, name: 'serviceaccount-token', reconcile });
  controller.watch(secrets, (secret) => (isTokenSecret(secret) ? [keyOf(secret)] : []));
  controller.watch(accounts, (account) => secrets.byIndex(BY_ACCOUNT, keyOf(account)).map(keyOf));
  return controller;

  async function reconcile(key: string): Promise<void> {
    const secret = secrets.byKey(key);
    if (!secret || !isTokenSecret(secret) || secret.metadata?.deletionTimestamp) return;
    const { name = '', namespace = '', uid } = secret.metadata ?? {};
    const decision = decide(secret, await find(accountOf(secret), namespace), config.rootCa);
    try {
      if (decision.do === 'delete') await client.kind(Secrets).delete(name, namespace, { preconditions: { uid } });
      if (decision.do !== 'fill') return;
      const token = decision.needsToken ? await tokenFor(secret) : undefined;
      await client.kind(Secrets).update(decision.filled(token));
    } catch (error) {
      // It is gone, or is another one by now: that one comes by itself.
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  /** What is not known may have been made a moment ago: what is written of the account then decides. */
  async function find(name: string, namespace: string): Promise<ServiceAccount | undefined> {
    const known = accounts.get(name, namespace);
    if (known) return known;
    try {
      return await client.kind(ServiceAccounts).get(name, namespace);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async function tokenFor(secret: Secret): Promise<string> {
    const { name = '', namespace, uid } = secret.metadata ?? {};
    const request: TokenRequest = {
      spec: { audiences: [], expirationSeconds: LONGEST, boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name, uid } },
    };
    const answer = await client.kind(ServiceAccounts).post<TokenRequest>(accountOf(secret), namespace, 'token', request);
    return answer.status?.token ?? '';
  }
}

const accountOf = ({ metadata }: Secret): string => metadata?.annotations?.[ACCOUNT_NAME] ?? '';

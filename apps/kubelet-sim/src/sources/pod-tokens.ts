import { type Pod, ServiceAccounts, type TokenRequest } from '@kubernats/api';
import type { Client, Log } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import { ConfigError, type IssuedToken } from '../env/sources.ts';

export interface TokenDeps {
  client: Client;
  clock: Clock;
  random: Random;
  log: Log;
}

interface Kept {
  current?: IssuedToken & { expiresAtMs: number };
  asking?: Promise<IssuedToken>;
}

const OLDEST_MS = 24 * 3600 * 1000;
/** A token is replaced when a fifth of its time is left. */
const LEFT = 0.2;
const JITTER_MS = 10_000;
/** How long an answer that did not come is waited for again, as long as the token of before is good. */
const RETRY_MS = 60_000;

/** The tokens of a node's Pods, each asked for once and again when it gets old. Source: Kubernetes, "Bound service account tokens". */
export class PodTokens {
  readonly #deps: TokenDeps;
  readonly #byPod = new Map<string, Map<string, Kept>>();

  constructor(deps: TokenDeps) {
    this.#deps = deps;
  }

  /** A token of the Pod's account, bound to the Pod. An empty audience is the API server's. Throws `ConfigError`. */
  async token(pod: Pod, audience: string, seconds: number): Promise<IssuedToken> {
    const kept = this.#kept(pod.metadata?.uid ?? '', `${seconds} ${audience}`);
    if (kept.current && this.#deps.clock.now() < kept.current.refreshAtMs) return kept.current;
    kept.asking ??= this.#renew(kept, pod, audience, seconds).finally(() => {
      kept.asking = undefined;
    });
    return kept.asking;
  }

  /** The Pod is gone, or its node. */
  forget(uid: string): void {
    this.#byPod.delete(uid);
  }

  #kept(uid: string, key: string): Kept {
    let ofPod = this.#byPod.get(uid);
    if (!ofPod) this.#byPod.set(uid, (ofPod = new Map()));
    let kept = ofPod.get(key);
    if (!kept) ofPod.set(key, (kept = {}));
    return kept;
  }

  async #renew(kept: Kept, pod: Pod, audience: string, seconds: number): Promise<IssuedToken> {
    const { clock, log } = this.#deps;
    try {
      kept.current = await this.#ask(pod, audience, seconds);
      return kept.current;
    } catch (error) {
      const { name, namespace } = pod.metadata ?? {};
      if (!kept.current || clock.now() >= kept.current.expiresAtMs) {
        throw new ConfigError(`failed to fetch token: ${error instanceof Error ? error.message : String(error)}`);
      }
      log.warn({ error, pod: `${namespace}/${name}` }, 'a token could not be renewed; the one before is still good');
      kept.current = { ...kept.current, refreshAtMs: clock.now() + RETRY_MS };
      return kept.current;
    }
  }

  async #ask(pod: Pod, audience: string, seconds: number): Promise<IssuedToken & { expiresAtMs: number }> {
    const { client, clock, random } = this.#deps;
    const { name = '', namespace = '', uid } = pod.metadata ?? {};
    const request: TokenRequest = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: audience === '' ? [] : [audience],
        expirationSeconds: seconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, ...(uid === undefined ? {} : { uid }) },
      },
    };
    const askedAtMs = clock.now();
    const account = pod.spec?.serviceAccountName || 'default';
    const { status } = await client.kind(ServiceAccounts).post<TokenRequest>(account, namespace, 'token', request);
    if (!status?.token) throw new Error('the answer holds no token');
    const expiresAtMs = Date.parse(status.expirationTimestamp ?? '');
    const lifeMs = expiresAtMs - askedAtMs;
    const replaceAtMs = Math.min(askedAtMs + OLDEST_MS, expiresAtMs - lifeMs * LEFT);
    return { token: status.token, expiresAtMs, refreshAtMs: replaceAtMs - random.next() * JITTER_MS };
  }
}

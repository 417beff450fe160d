import type { KindRef, KubeObject } from '@kubernats/api';
import { isUnavailable } from '@kubernats/errors';
import { type Log, silentLog } from '../log.ts';
import type { ApiTransport } from '../transport.ts';
import { Informer, type InformerScope } from './informer.ts';

/** The informers of one process: one for each distinct target, however many loops ask for it. */
export interface InformerSet {
  /**
   * The informer of a kind, or of a part of it. Starts at once when the set is running. `keep` is what of an object is kept; who asks
   * first decides for all.
   */
  of<T extends KubeObject>(target: KindRef<T>, scope?: InformerScope, keep?: (object: T) => T): Informer<T>;
  /** Runs all informers until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when every informer that was asked for up to now has its first whole set. */
  synced(): Promise<void>;
  /** The targets that are not synced yet, such as `pods`: for `/readyz`. */
  waitingFor(): string[];
}

export function createInformerSet(transport: ApiTransport, options: { log?: Log } = {}): InformerSet {
  const { log = silentLog } = options;
  // Informers of all kinds in one map: the key holds the kind, which is what makes the cast in `of` true.
  const informers = new Map<string, Informer<KubeObject>>();
  let running: AbortSignal | undefined;

  return {
    of<T extends KubeObject>(target: KindRef<T>, scope: InformerScope = {}, keep?: (object: T) => T): Informer<T> {
      const { group, version, plural } = target;
      const id = JSON.stringify([group, version, plural, scope.namespace, scope.labelSelector, scope.fieldSelector]);
      const known = informers.get(id);
      if (known) return known as unknown as Informer<T>;
      const onError = (error: unknown) => {
        // Until the first whole set is there, an API server that does not answer is one that still starts.
        if (!informer.hasSynced && isUnavailable(error)) log.debug({ error, resource: plural }, 'informer');
        else log.warn({ error, resource: plural }, 'informer');
      };
      const informer = new Informer<T>({ transport, target, onError, ...(keep ? { keep } : {}), ...scope });
      informers.set(id, informer as unknown as Informer<KubeObject>);
      if (running) void informer.run(running);
      return informer;
    },
    async run(signal) {
      running = signal;
      await Promise.all([...informers.values()].map((informer) => informer.run(signal)));
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    async synced() {
      await Promise.all([...informers.values()].map((informer) => informer.synced));
    },
    waitingFor: () => [...informers.values()].filter((informer) => !informer.hasSynced).map((informer) => informer.target.plural),
  };
}

import type { KindRef, KubeObject } from '@kubernats/api';
import { aborted } from '@kubernats/clock';
import { isUnavailable } from '@kubernats/errors';
import { type Log, silentLog } from '../log.ts';
import type { ApiTransport } from '../transport.ts';
import { Informer, type InformerScope } from './informer.ts';

/** The informers of one process: one for each distinct target, however many loops ask for it. */
export interface InformerSet {
  /** The informer of a kind, or of a part of it. Starts at once when the set is running. */
  of<T extends KubeObject>(target: KindRef<T>, scope?: InformerScope): Informer<T>;
  /**
   * What informers of a kind keep of each object, instead of all of it: for what is there in thousands. Nobody may then write such an object
   * back. Throws when somebody asked for one already.
   */
  keepOnly<T extends KubeObject>(target: KindRef<T>, keep: (object: T) => T): void;
  /** Ends and forgets the informers of a kind that is not served any more. Nobody is told of the objects. */
  drop(target: KindRef): void;
  /** Runs all informers until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when every informer that was asked for up to now has its first whole set. */
  synced(): Promise<void>;
  /** The targets that are not synced yet, such as `pods`: for `/readyz`. */
  waitingFor(): string[];
}

export function createInformerSet(transport: ApiTransport, options: { log?: Log } = {}): InformerSet {
  const { log = silentLog } = options;
  // All kinds in one map each: the key holds the kind, which is what makes the casts true.
  const informers = new Map<string, Informer<KubeObject>>();
  const keeps = new Map<string, (object: KubeObject) => KubeObject>();
  const ends = new Map<string, AbortController>();
  let running: AbortSignal | undefined;

  const start = async (id: string, informer: Informer<KubeObject>, signal: AbortSignal): Promise<void> => {
    const end = new AbortController();
    ends.set(id, end);
    await informer.run(AbortSignal.any([signal, end.signal]));
  };

  return {
    of<T extends KubeObject>(target: KindRef<T>, scope: InformerScope = {}): Informer<T> {
      const { group, version, plural } = target;
      const id = JSON.stringify([group, version, plural, scope.namespace, scope.labelSelector, scope.fieldSelector]);
      const known = informers.get(id);
      if (known) return known as unknown as Informer<T>;
      const onError = (error: unknown) => {
        // Until the first whole set is there, an API server that does not answer is one that still starts.
        if (!informer.hasSynced && isUnavailable(error)) log.debug({ error, resource: plural }, 'informer');
        else log.warn({ error, resource: plural }, 'informer');
      };
      const keep = keeps.get(kindId(target)) as ((object: T) => T) | undefined;
      const informer = new Informer<T>({ transport, target, onError, keep, ...scope });
      informers.set(id, informer as unknown as Informer<KubeObject>);
      if (running) void start(id, informer as unknown as Informer<KubeObject>, running);
      return informer;
    },
    keepOnly(target, keep) {
      const { plural } = target;
      if ([...informers.values()].some((informer) => kindId(informer.target) === kindId(target))) {
        throw new Error(`there is an informer for whole ${plural} already`);
      }
      keeps.set(kindId(target), keep as unknown as (object: KubeObject) => KubeObject);
    },
    drop(target) {
      for (const [id, informer] of [...informers]) {
        if (kindId(informer.target) !== kindId(target)) continue;
        informers.delete(id);
        ends.get(id)?.abort();
        informer.giveUp();
        ends.delete(id);
      }
    },
    async run(signal) {
      running = signal;
      await Promise.all([...informers].map(([id, informer]) => start(id, informer, signal)));
      await aborted(signal);
    },
    async synced() {
      await Promise.all([...informers.values()].map((informer) => informer.synced));
    },
    waitingFor: () => [...informers.values()].filter((informer) => !informer.hasSynced).map((informer) => informer.target.plural),
  };
}

const kindId = ({ group, version, plural }: KindRef): string => `${group}/${version}/${plural}`;

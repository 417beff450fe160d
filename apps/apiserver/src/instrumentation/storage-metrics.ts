import type { Clock } from '@kubernats/clock';
import type { Store, StoreKey } from '@kubernats/store';
import type { StreamCache } from '../cache/stream-cache.ts';
import type { Histogram } from './families.ts';
import type { Instruments } from './instruments.ts';

/** Seconds. etcd's in Kubernetes begin at 5 ms; most writes to NATS take less. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

type Operation = 'create' | 'update' | 'delete';

/** The same store, with a watch on how long its writes take. */
export function measuredStore(instruments: Instruments, clock: Clock, store: Store): Store {
  const durations = instruments.histogram(
    'kubernats_store_request_duration_seconds',
    'Latency in seconds of writes to the log in NATS that keeps the state, for each operation and resource: what etcd_request_duration_seconds is for etcd.',
    ['operation', 'group', 'resource'],
    BUCKETS,
  );
  const known: Record<Operation, Map<string, Histogram>> = { create: new Map(), update: new Map(), delete: new Map() };
  const measured = async (operation: Operation, { group, resource }: StoreKey, write: Promise<number>) => {
    const begun = clock.monotonic();
    try {
      return await write;
    } finally {
      const key = group === '' ? resource : `${resource}.${group}`;
      let series = known[operation].get(key);
      if (!series) known[operation].set(key, (series = durations.series(operation, group, resource)));
      series.observe((clock.monotonic() - begun) / 1000);
    }
  };
  return {
    create: (key, value) => measured('create', key, store.create(key, value)),
    update: (key, value, expectedRevision) => measured('update', key, store.update(key, value, expectedRevision)),
    delete: (key, lastValue, expectedRevision) => measured('delete', key, store.delete(key, lastValue, expectedRevision)),
    get: (key) => store.get(key),
    list: (prefix) => store.list(prefix),
    lastRevision: () => store.lastRevision(),
    follow: (options) => store.follow(options),
    compact: (revision) => store.compact(revision),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** How many objects there are, from the caches that hold them. */
export function countObjects(instruments: Instruments, streams: Iterable<StreamCache>): void {
  const caches = [...streams];
  function* sizes() {
    for (const stream of caches) {
      for (const { group, resource, size } of stream.sizes()) yield { group, resource, size };
    }
  }
  // Both names: Kubernetes 1.34 has put the second in the first one's place, and dashboards ask for either.
  instruments.gauge(
    'apiserver_storage_objects',
    'Number of stored objects at the time of last check split by kind.',
    ['resource'],
    function* () {
      for (const { group, resource, size } of sizes())
        yield { labels: { resource: group === '' ? resource : `${resource}.${group}` }, value: size };
    },
  );
  instruments.gauge(
    'apiserver_resource_objects',
    'Number of stored objects at the time of last check split by kind.',
    ['group', 'resource'],
    function* () {
      for (const { group, resource, size } of sizes()) yield { labels: { group, resource }, value: size };
    },
  );
}

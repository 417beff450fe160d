import { type Pod, Pods } from '@kubernats/api';
import { type ApiTransport, createClient, createInformer } from '@kubernats/client';

const AT_ONCE = 32;

/** How long it took from the first create until all Pods were so far, in milliseconds. */
export interface PodTimes {
  runningMs: number;
  readyMs: number;
}

/** Creates so many Pods, as 32 clients at once would; resolves when all of them are Ready. */
export async function runPods(transport: ApiTransport, count: number, podOf: (i: number) => Pod): Promise<PodTimes> {
  const kind = createClient(transport).kind(Pods);
  const stop = new AbortController();
  const informer = createInformer({ transport, target: Pods, namespace: 'default' });
  const running = new Set<string>();
  const ready = new Set<string>();
  let from = Number.NaN;
  let runningMs = Number.NaN;
  const done = Promise.withResolvers<void>();
  const look = ({ metadata, status }: Pod): void => {
    const name = metadata?.name ?? '';
    if (status?.phase === 'Running' && running.size < count && running.add(name).size === count) runningMs = performance.now() - from;
    if (!status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')) return;
    ready.add(name);
    if (ready.size >= count) done.resolve();
  };
  informer.addHandler({ add: look, update: look });
  const following = informer.run(stop.signal);
  await informer.synced;
  from = performance.now();
  let left = count;
  const create = async (): Promise<void> => {
    for (let i = left--; i > 0; i = left--) await kind.create(podOf(i));
  };
  await Promise.all([done.promise, ...Array.from({ length: AT_ONCE }, create)]);
  const readyMs = performance.now() - from;
  stop.abort();
  await following;
  return { runningMs, readyMs };
}

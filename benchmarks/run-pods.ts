import { type Pod, Pods } from '@kubernats/api';
import { type ApiTransport, createClient, createInformer } from '@kubernats/client';

const AT_ONCE = 32;

/** Creates so many Pods, as 32 clients at once would; resolves when all of them are Ready. */
export async function runPods(transport: ApiTransport, count: number, podOf: (i: number) => Pod): Promise<void> {
  const kind = createClient(transport).kind(Pods);
  const stop = new AbortController();
  const informer = createInformer({ transport, target: Pods, namespace: 'default' });
  const ready = new Set<string>();
  const done = Promise.withResolvers<void>();
  const look = ({ metadata, status }: Pod): void => {
    if (!status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')) return;
    ready.add(metadata?.name ?? '');
    if (ready.size >= count) done.resolve();
  };
  informer.addHandler({ add: look, update: look });
  const following = informer.run(stop.signal);
  await informer.synced;
  let left = count;
  const create = async (): Promise<void> => {
    for (let i = left--; i > 0; i = left--) await kind.create(podOf(i));
  };
  await Promise.all([done.promise, ...Array.from({ length: AT_ONCE }, create)]);
  stop.abort();
  await following;
}

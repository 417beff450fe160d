import type { KindRef, KubeObject } from '@kubernats/api';
import { type ApiTransport, createInformer, keyOf } from '@kubernats/client';

export interface WaitOptions {
  /** Only this object. */
  name?: string;
  namespace?: string;
  labelSelector?: string;
  /** By the machine's own clock, whatever the cluster's does. Default: a minute, beyond what a slow machine takes. */
  timeoutMs?: number;
}

/** Follows a kind until `pick` answers something else than undefined, and gives that. */
export async function waitUntil<T extends KubeObject, R>(
  transport: ApiTransport,
  kind: KindRef<T>,
  pick: (objects: T[]) => R | undefined,
  options: WaitOptions = {},
): Promise<R> {
  const { name, namespace, labelSelector, timeoutMs = 60_000 } = options;
  const fieldSelector = name === undefined ? undefined : `metadata.name=${name}`;
  const done = new AbortController();
  const errors: unknown[] = [];
  const informer = createInformer<T>({
    transport,
    target: kind,
    namespace,
    labelSelector,
    fieldSelector,
    onError: (error) => errors.push(error),
  });
  const found = Promise.withResolvers<R>();
  const look = (): void => {
    if (!informer.hasSynced || done.signal.aborted) return;
    try {
      const result = pick(informer.list());
      if (result !== undefined) found.resolve(result);
    } catch (error) {
      found.reject(error);
    }
  };
  informer.addHandler({ add: look, update: look, delete: look });
  const timer = setTimeout(() => {
    const seen = informer.list().map((object) => `${keyOf(object)} ${JSON.stringify('status' in object ? object.status : {})}`);
    const said = errors.length > 0 ? `; trouble on the way: ${errors.map(String).join(', ')}` : '';
    found.reject(
      new Error(`waited ${timeoutMs} ms for ${kind.plural}${name ? ` ${name}` : ''}; there are: ${seen.join('\n') || 'none'}${said}`),
    );
  }, timeoutMs);
  const following = informer.run(done.signal);
  void informer.synced.then(look);
  try {
    return await found.promise;
  } finally {
    clearTimeout(timer);
    done.abort();
    await following;
  }
}

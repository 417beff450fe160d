import type { KubeObject } from '@kubernats/api';
import type { KindClient } from '@kubernats/client';

/**
 * Keeps a finalizer on an object for as long as it is used: put on while it lives, taken off once it is to go and nobody uses it.
 * Source: "Storage Object in Use Protection".
 */
export async function protect<T extends KubeObject>(
  kind: KindClient<T>,
  object: T,
  finalizer: string,
  isUsed: () => Promise<boolean>,
): Promise<void> {
  const { finalizers = [], deletionTimestamp } = object.metadata ?? {};
  const has = finalizers.includes(finalizer);
  const going = deletionTimestamp !== undefined;
  if (has !== going || (going && (await isUsed()))) return;
  const next = going ? finalizers.filter((each) => each !== finalizer) : [...finalizers, finalizer];
  await kind.update({ ...object, metadata: { ...object.metadata, finalizers: next } });
}

import type { KubeObject } from '@kubernats/api';
import type { KindClient } from '@kubernats/client';

/** The object with the finalizer. */
export async function withFinalizer<T extends KubeObject>(kind: KindClient<T>, object: T, finalizer: string): Promise<T> {
  if (object.metadata?.finalizers?.includes(finalizer)) return object;
  return change(kind, object, { finalizers: [finalizer] });
}

/** The object without the finalizer. */
export async function withoutFinalizer<T extends KubeObject>(kind: KindClient<T>, object: T, finalizer: string): Promise<T> {
  if (!object.metadata?.finalizers?.includes(finalizer)) return object;
  return change(kind, object, { '$deleteFromPrimitiveList/finalizers': [finalizer] });
}

/** Only this one entry, whoever changes the others meanwhile; and never another object of the same name. */
const change = <T extends KubeObject>(kind: KindClient<T>, { metadata }: T, finalizers: object): Promise<T> =>
  kind.patch(metadata?.name ?? '', metadata?.namespace, 'strategic', { metadata: { uid: metadata?.uid, ...finalizers } });

import type { KubeObject } from '@kubernats/api';
import { ownerReferenceTo } from '@kubernats/apimachinery';
import type { KindClient } from '@kubernats/client';
import { conflict, isNotFound } from '@kubernats/errors';

/** Makes `owner` the controller of an object, if both are still what they were. `finalizers` are added to the object's. */
export async function adopt<O extends KubeObject, T extends KubeObject>(
  owners: KindClient<O>,
  owner: O,
  kind: KindClient<T>,
  object: T,
  finalizers?: readonly string[],
): Promise<void> {
  const { name = '', namespace, uid } = owner.metadata ?? {};
  // The picture may be old: an owner that is being deleted, or was replaced under its name, must not adopt.
  const now = await owners.get(name, namespace);
  if (now.metadata?.uid !== uid || now.metadata?.deletionTimestamp !== undefined) {
    throw conflict({ group: owners.ref.group, resource: owners.ref.plural }, name, 'it is gone or going and cannot adopt');
  }
  const reference = ownerReferenceTo(
    { apiVersion: apiVersionOf(owners), kind: owners.ref.kind, ...owner },
    { controller: true, blockOwnerDeletion: true },
  );
  const patch = { metadata: { uid: object.metadata?.uid, ownerReferences: [reference], ...(finalizers && { finalizers }) } };
  await kind.patch(object.metadata?.name ?? '', object.metadata?.namespace, 'strategic', patch);
}

/** Takes the owner reference to `owner` off an object. */
export async function release<T extends KubeObject>(kind: KindClient<T>, object: T, ownerUid: string): Promise<void> {
  const patch = { metadata: { uid: object.metadata?.uid, ownerReferences: [{ $patch: 'delete', uid: ownerUid }] } };
  try {
    await kind.patch(object.metadata?.name ?? '', object.metadata?.namespace, 'strategic', patch);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

const apiVersionOf = <O extends KubeObject>({ ref }: KindClient<O>): string =>
  ref.group === '' ? ref.version : `${ref.group}/${ref.version}`;

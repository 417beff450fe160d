/** `metav1.OwnerReference`. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  /** Whether it is the one owner that manages the object. */
  controller?: boolean;
  /** Whether a foreground deletion of the owner waits for the object. */
  blockOwnerDeletion?: boolean;
}

interface Owned {
  metadata?: { ownerReferences?: OwnerReference[] };
}

interface Owner {
  apiVersion?: string;
  kind?: string;
  metadata?: { name?: string; uid?: string };
}

/** The reference to the owner that manages the object, if one does. */
export function controllerOf(object: Owned): OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find((reference) => reference.controller === true);
}

/** Whether the object is managed by the owner with that uid. */
export function isControlledBy(object: Owned, ownerUid: string): boolean {
  return controllerOf(object)?.uid === ownerUid;
}

/** A reference to `owner`; by default as its managing controller, which deletion waits for. The owner must be complete. */
export function ownerReferenceTo(owner: Owner, options: { controller?: boolean; blockOwnerDeletion?: boolean } = {}): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  if (!apiVersion || !kind || !metadata?.name || !metadata.uid) {
    throw new TypeError(
      `an owner needs apiVersion, kind, name and uid, and this has ${apiVersion} ${kind} ${metadata?.name} ${metadata?.uid}`,
    );
  }
  const { controller = true, blockOwnerDeletion = true } = options;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    ...(controller ? { controller } : {}),
    ...(blockOwnerDeletion ? { blockOwnerDeletion } : {}),
  };
}

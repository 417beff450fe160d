// The words by which Kubernetes' volume binder remembers what it did. Source: the Persistent Volumes concept, "Binding".

/** On a claim: the binder has written its volume's name. */
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
/** On either side: the binder chose the other side, rather than a person. */
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
/** On a claim whose class waits for its first Pod: the node that the scheduler chose for that Pod. */
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
/** On a volume: who made it, and who is to delete it. */
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
/** On a claim: who is to make a volume for it. The first is the older spelling, which older provisioners read. */
export const PROVISIONERS = ['volume.beta.kubernetes.io/storage-provisioner', 'volume.kubernetes.io/storage-provisioner'] as const;
/** On a claim: the node that a volume of its own is made on, where its class does not wait for a Pod, and so for the scheduler's choice. */
export const PROVISIONING_NODE = 'kubernats.dev/provisioning-node';
/** On a volume: its bytes are being removed, and may be gone. There while the back end is asked. */
export const REMOVING = 'kubernats.dev/removing';

/**
 * On a volume that goes when its claim does: what holds its bytes is to be removed first. On a claim: a volume may have been made for it that no
 * PersistentVolume tells of yet. Source: KEP-2644 (Honor Persistent Volume Reclaim Policy), and KEP-2994 for claims.
 */
export const PROVISIONER_FINALIZER = 'external-provisioner.volume.kubernetes.io/finalizer';

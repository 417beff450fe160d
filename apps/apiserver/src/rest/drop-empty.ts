import type { ObjectMeta } from '@kubernats/api';

const FIELDS = ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

/** Takes off what is there but says nothing, such as the list that the last finalizer left: on Kubernetes' wire it is absent. */
export function dropEmpty(metadata: ObjectMeta): void {
  for (const field of FIELDS) {
    const value = metadata[field];
    if (value && Object.keys(value).length === 0) delete metadata[field];
  }
}

import type { Namespace } from '@kubernats/api';

/** Whether anything may still be created in the namespace. */
export function isLive(namespace: Namespace | undefined): boolean {
  return namespace !== undefined && namespace.metadata?.deletionTimestamp === undefined;
}

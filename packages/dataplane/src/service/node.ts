import type { Node } from '@kubernats/api';

/** Where a proxy says on every node's address whether it works: kube-proxy's own port. */
export const PROXY_HEALTHZ_PORT = 10_256;

const TO_BE_DELETED_TAINT = 'ToBeDeletedByClusterAutoscaler';

/** Whether the node is being deleted, or the cluster autoscaler is about to: load balancers choose it no longer. Source: KEP-3836. */
export const isLeaving = ({ metadata, spec }: Node): boolean =>
  metadata?.deletionTimestamp !== undefined || spec?.taints?.some(({ key }) => key === TO_BE_DELETED_TAINT) === true;

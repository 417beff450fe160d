/** What Jobs write on their Pods. Source: "Well-Known Labels, Annotations and Taints". */
export const TRACKING_FINALIZER = 'batch.kubernetes.io/job-tracking';
/** Label and annotation. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
/** Annotation: how often the index failed before this Pod. */
export const INDEX_FAILURES = 'batch.kubernetes.io/job-index-failure-count';
/** Annotation: the same for failures that a policy ignored. They count for the back-off only. */
export const INDEX_IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count';
/** `spec.managedBy` of the Jobs that are ours. */
export const CONTROLLER_NAME = 'kubernetes.io/job-controller';

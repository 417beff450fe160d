// What the API server says when it opens a byte stream to a node (`nodeSubject`): the stream's hello, as JSON.

/** `kubectl logs`. The node answers with the log's bytes. Source: `corev1.PodLogOptions`. */
export interface LogsHello {
  namespace: string;
  pod: string;
  container: string;
  follow: boolean;
  previous: boolean;
  timestamps: boolean;
  tailLines?: number;
  limitBytes?: number;
  /** Only lines at or after this time, in milliseconds since the epoch. */
  sinceMs?: number;
}

/** What one API server takes on at a time. Defaults are kube-apiserver's. */
export interface Limits {
  /** Requests that read, at one time; 0 is no limit. */
  maxRequestsInflight: number;
  /** Requests that write, at one time; 0 is no limit. */
  maxMutatingRequestsInflight: number;
  /** How long a request may take that is not long-running. Milliseconds. */
  requestTimeoutMs: number;
}

export const DEFAULT_LIMITS: Limits = { maxRequestsInflight: 400, maxMutatingRequestsInflight: 200, requestTimeoutMs: 60_000 };

/**
 * The one table of errors: Kubernetes' `metav1.StatusReason`, its HTTP code, and whether the same request may
 * succeed when it is sent again. Source: the API conventions, "HTTP Status codes" and "Response Status Kind".
 */
export const REASONS = {
  BadRequest: { code: 400, retryable: false },
  Unauthorized: { code: 401, retryable: false },
  Forbidden: { code: 403, retryable: false },
  NotFound: { code: 404, retryable: false },
  MethodNotAllowed: { code: 405, retryable: false },
  NotAcceptable: { code: 406, retryable: false },
  AlreadyExists: { code: 409, retryable: false },
  Conflict: { code: 409, retryable: true },
  Gone: { code: 410, retryable: false },
  Expired: { code: 410, retryable: false },
  RequestEntityTooLarge: { code: 413, retryable: false },
  UnsupportedMediaType: { code: 415, retryable: false },
  Invalid: { code: 422, retryable: false },
  TooManyRequests: { code: 429, retryable: true },
  InternalError: { code: 500, retryable: true },
  ServiceUnavailable: { code: 503, retryable: true },
  ServerTimeout: { code: 500, retryable: true },
  Timeout: { code: 504, retryable: true },
  /** An error that has no reason of its own: on the wire the reason is left out. */
  Unknown: { code: 500, retryable: false },
} as const satisfies Record<string, { code: number; retryable: boolean }>;

export type Reason = keyof typeof REASONS;

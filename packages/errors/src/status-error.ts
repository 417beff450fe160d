import { REASONS, type Reason } from './reasons.ts';

/** One field's part in a refusal: `metav1.StatusCause`. */
export interface Cause {
  /** `FieldValueInvalid`, `FieldValueRequired`, `FieldValueDuplicate`, … */
  reason?: string;
  message?: string;
  /** The field's path, such as `spec.containers[1].ports[0].containerPort`. */
  field?: string;
}

/** `metav1.StatusDetails`. */
export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: Cause[];
  retryAfterSeconds?: number;
}

/** The wire form of an error: `metav1.Status`. */
export interface StatusObject {
  kind: 'Status';
  apiVersion: 'v1';
  /** Of an expired list: the token with which it goes on all the same. */
  metadata: { continue?: string };
  status: 'Failure' | 'Success';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code: number;
}

/** An error that a client of the API may see. Its wire form is Kubernetes' `Status`. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly reason: Reason;
  readonly code: number;
  readonly details: StatusDetails | undefined;
  readonly metadata: StatusObject['metadata'];

  constructor(reason: Reason, message: string, details?: StatusDetails, code?: number, metadata: StatusObject['metadata'] = {}) {
    super(message);
    this.reason = reason;
    this.code = code ?? REASONS[reason].code;
    this.details = details;
    this.metadata = metadata;
  }

  get retryable(): boolean {
    return REASONS[this.reason].retryable;
  }

  toStatus(): StatusObject {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason === 'Unknown' ? {} : { reason: this.reason }),
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }

  /** The error that a `Status` read from the wire stands for; an unknown reason becomes the one of its code. */
  static fromStatus(status: { message?: string; reason?: string; details?: StatusDetails; code?: number }): StatusError {
    const reason =
      status.reason !== undefined && Object.hasOwn(REASONS, status.reason) ? (status.reason as Reason) : reasonOfCode(status.code ?? 500);
    return new StatusError(reason, status.message ?? reason, status.details, status.code);
  }
}

function reasonOfCode(code: number): Reason {
  for (const [reason, row] of Object.entries(REASONS)) if (row.code === code) return reason as Reason;
  return code >= 400 && code < 500 ? 'BadRequest' : 'InternalError';
}

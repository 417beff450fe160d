import type { Reason } from './reasons.ts';
import { StatusError } from './status-error.ts';

const is =
  (...reasons: Reason[]) =>
  (error: unknown): error is StatusError =>
    error instanceof StatusError && reasons.includes(error.reason);

export const isNotFound = is('NotFound');
export const isAlreadyExists = is('AlreadyExists');
export const isConflict = is('Conflict');
export const isExpired = is('Expired', 'Gone');
export const isForbidden = is('Forbidden');
export const isInvalid = is('Invalid');
export const isUnavailable = is('ServiceUnavailable');

/** Whether it was refused because its namespace goes away: nothing can be created there any more. */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof StatusError && (error.details?.causes ?? []).some(({ reason }) => reason === 'NamespaceTerminating');
}

/** Whether sending the same request again may help: a conflict, overload, or a server that is away. */
export function isRetryable(error: unknown): boolean {
  return error instanceof StatusError && error.retryable;
}

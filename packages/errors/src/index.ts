export { REASONS, type Reason } from './reasons.ts';
export { StatusError, type Cause, type StatusDetails, type StatusObject } from './status-error.ts';
export * from './constructors.ts';
export * from './predicates.ts';

export * from './constructors.ts';
export { inFull, inShort } from './foreign-error.ts';
export * from './predicates.ts';
export { REASONS, type Reason } from './reasons.ts';
export { type Cause, type StatusDetails, StatusError, type StatusObject } from './status-error.ts';
export { systemCode } from './system-code.ts';

import { type Cause, type StatusDetails, StatusError } from './status-error.ts';

/** A resource as error messages name it: `deployments.apps`, `pods`. */
export interface ResourceName {
  group: string;
  resource: string;
}

const qualified = ({ group, resource }: ResourceName): string => (group === '' ? resource : `${resource}.${group}`);
const detailsOf = (of: ResourceName, name: string): StatusDetails => ({
  name,
  ...(of.group === '' ? {} : { group: of.group }),
  kind: of.resource,
});

export function notFound(of: ResourceName, name: string): StatusError {
  return new StatusError('NotFound', `${qualified(of)} "${name}" not found`, detailsOf(of, name));
}

/** The path itself is unknown: what a request for a resource that no group serves gets. */
export function pathNotFound(): StatusError {
  return new StatusError('NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(of: ResourceName, name: string): StatusError {
  return new StatusError('AlreadyExists', `${qualified(of)} "${name}" already exists`, detailsOf(of, name));
}

export function conflict(of: ResourceName, name: string, why: string): StatusError {
  return new StatusError('Conflict', `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${why}`, detailsOf(of, name));
}

/** The conflict of a stale `resourceVersion`. */
export function modified(of: ResourceName, name: string): StatusError {
  return conflict(of, name, 'the object has been modified; please apply your changes to the latest version and try again');
}

/** Validation refused the object. `kind` is the Kind, as in `Pod "x" is invalid: …`. */
export function invalid(group: string, kind: string, name: string, causes: Cause[]): StatusError {
  const texts = causes.map((c) => `${c.field}: ${c.message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const qualifiedKind = group === '' ? kind : `${kind}.${group}`;
  return new StatusError('Invalid', `${qualifiedKind} "${name}" is invalid: ${list}`, {
    name,
    ...(group === '' ? {} : { group }),
    kind,
    causes,
  });
}

export function badRequest(message: string): StatusError {
  return new StatusError('BadRequest', message);
}

export function unauthorized(): StatusError {
  return new StatusError('Unauthorized', 'Unauthorized');
}

/** `why` follows the colon of Kubernetes' message: `User "x" cannot list resource …`. */
export function forbidden(of: ResourceName, name: string, why: string): StatusError {
  const subject = name === '' ? `${qualified(of)} is forbidden` : `${qualified(of)} "${name}" is forbidden`;
  return new StatusError('Forbidden', `${subject}: ${why}`, {
    ...(name === '' ? {} : { name }),
    ...(of.group === '' ? {} : { group: of.group }),
    kind: of.resource,
  });
}

/** The path is served, but not with this method: what a verb that a resource does not have gets. */
export function methodNotAllowed(): StatusError {
  return new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function expired(message: string): StatusError {
  return new StatusError('Expired', message);
}

export function timeout(message: string): StatusError {
  return new StatusError('Timeout', message);
}

export function tooManyRequests(message: string, retryAfterSeconds: number): StatusError {
  return new StatusError('TooManyRequests', message, { retryAfterSeconds });
}

export function internalError(cause: unknown): StatusError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new StatusError('InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

export function unavailable(message: string): StatusError {
  return new StatusError('ServiceUnavailable', message);
}

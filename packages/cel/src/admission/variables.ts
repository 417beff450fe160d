import type { Variables } from '../language/frame.ts';
import type { Type } from '../language/types.ts';
import { AuthorizerValue, type CheckAccess, ResourceCheck } from '../library/authorizer.ts';
import { fromJson } from '../values/json.ts';
import type { Value } from '../values/values.ts';
import { admissionTypes } from './types.ts';

/** The request, as expressions see it: `admission.k8s.io/v1`, AdmissionRequest. */
export interface ExpressionRequest {
  kind: { group: string; version: string; kind: string };
  resource: { group: string; version: string; resource: string };
  subResource?: string;
  requestKind?: { group: string; version: string; kind: string };
  requestResource?: { group: string; version: string; resource: string };
  requestSubResource?: string;
  name?: string;
  namespace?: string;
  operation: string;
  userInfo: { username?: string; uid?: string; groups?: readonly string[]; extra?: Readonly<Record<string, readonly string[]>> };
  dryRun?: boolean;
  options?: unknown;
}

/** What admission's expressions are about. What is left out is null there. */
export interface AdmissionInput {
  object?: unknown;
  oldObject?: unknown;
  request: ExpressionRequest;
  /** Answers `authorizer`'s questions about whoever sent the request. */
  authorizer?: CheckAccess;
  params?: unknown;
  /** The request's Namespace; of a request for what is in none, nothing. */
  namespaceObject?: unknown;
}

const TYPES: ReadonlyMap<string, Type> = admissionTypes({ params: true, authorizer: true });

/** The variables of admission's expressions; each is made when it is first read. */
export function admissionVariables(input: AdmissionInput): Variables {
  const known = new Map<string, Value>();
  return (name) => {
    const value = known.get(name);
    if (value !== undefined) return value;
    const made = variableOf(input, name);
    known.set(name, made);
    return made;
  };
}

function variableOf(input: AdmissionInput, name: string): Value {
  if (name === 'authorizer') return authorizerOf(input);
  if (name === 'authorizer.requestResource') return requestResource(input);
  const json =
    name === 'request' ? withDefaults(input.request) : Object.hasOwn(input, name) ? input[name as keyof AdmissionInput] : undefined;
  return fromJson(json, TYPES.get(name));
}

const authorizerOf = ({ authorizer }: AdmissionInput): AuthorizerValue =>
  new AuthorizerValue(authorizer ?? (() => ({ allowed: false, reason: '' })));

function requestResource(input: AdmissionInput): ResourceCheck {
  const { resource, subResource = '', namespace = '', name = '' } = input.request;
  return new ResourceCheck(authorizerOf(input), {
    group: resource.group,
    resource: resource.resource,
    subresource: subResource,
    namespace,
    name,
  });
}

/** The fields that are always there. */
function withDefaults(request: ExpressionRequest): ExpressionRequest {
  const { kind, resource, subResource = '' } = request;
  return {
    requestKind: kind,
    requestResource: resource,
    requestSubResource: subResource,
    dryRun: false,
    name: '',
    namespace: '',
    ...request,
    subResource,
  };
}

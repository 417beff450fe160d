import { dns1123Label, dns1123Subdomain } from '@kubernats/apimachinery';
import { EvaluationError } from '../values/errors.ts';
import { OpaqueValue } from '../values/values.ts';
import { type Overload, opaqueNamed, overload } from './signature.ts';

interface Resource {
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  fieldSelector?: string;
  labelSelector?: string;
}

/** What is asked for: a resource, or a path that is none. */
export type AccessCheck = { verb: string; serviceAccount?: { namespace: string; name: string } } & ({ path: string } | Resource);

export interface AccessDecision {
  allowed: boolean;
  reason: string;
  error?: string;
}

/** Whether whoever sent the request (or the service account that the check names) may do something. */
export type CheckAccess = (check: AccessCheck) => AccessDecision;

/** What a check costs: an expression can pay for two. */
const CHECK_COST = 350_000;

type ServiceAccount = { namespace: string; name: string } | undefined;

abstract class Reference extends OpaqueValue {
  equals(other: OpaqueValue): boolean {
    return other === this;
  }
}

/** The variable `authorizer`. */
export class AuthorizerValue extends Reference {
  readonly type = opaqueNamed('Authorizer');
  readonly check: CheckAccess;
  readonly serviceAccount: ServiceAccount;

  constructor(check: CheckAccess, serviceAccount?: ServiceAccount) {
    super();
    this.check = check;
    this.serviceAccount = serviceAccount;
  }
}

/** What an authorizer can be asked about, or led on to. */
abstract class Question<About> extends Reference {
  readonly by: AuthorizerValue;
  readonly about: About;

  constructor(by: AuthorizerValue, about: About) {
    super();
    this.by = by;
    this.about = about;
  }
}

class PathCheck extends Question<string> {
  readonly type = opaqueNamed('PathCheck');
}

class GroupCheck extends Question<string> {
  readonly type = opaqueNamed('GroupCheck');
}

/** A resource about which may be asked, as the variable `authorizer.requestResource` is. */
export class ResourceCheck extends Question<Resource> {
  readonly type = opaqueNamed('ResourceCheck');
}

class Decision extends Reference {
  readonly type = opaqueNamed('Decision');
  readonly decision: AccessDecision;

  constructor(decision: AccessDecision) {
    super();
    this.decision = decision;
  }
}

function given(value: string, what: string): string {
  if (value.trim() === '') throw new EvaluationError(`${what} must not be empty`);
  return value;
}

function serviceAccount(by: AuthorizerValue, namespace: string, name: string): AuthorizerValue {
  if (dns1123Subdomain(name).length > 0) throw new EvaluationError(`Invalid service account name`);
  if (dns1123Label(namespace).length > 0) throw new EvaluationError(`Invalid service account namespace`);
  return new AuthorizerValue(by.check, { namespace, name });
}

function resourceOf({ by, about: group }: GroupCheck, resource: string): ResourceCheck {
  return new ResourceCheck(by, { group, resource: given(resource, 'resource'), subresource: '', namespace: '', name: '' });
}

const refined = (field: keyof Resource): Overload =>
  overload(
    `ResourceCheck.${field}(string): ResourceCheck`,
    ({ by, about }: ResourceCheck, value: string) => new ResourceCheck(by, { ...about, [field]: value }),
  );

const decide = (by: AuthorizerValue, what: { path: string } | Resource, verb: string): Decision =>
  new Decision(by.check({ ...what, verb: given(verb, 'verb'), ...(by.serviceAccount ? { serviceAccount: by.serviceAccount } : {}) }));

/** Kubernetes' authorizer library. */
export const authorizer: readonly Overload[] = [
  overload('Authorizer.path(string): PathCheck', (by: AuthorizerValue, path: string) => new PathCheck(by, given(path, 'path'))),
  overload('Authorizer.group(string): GroupCheck', (by: AuthorizerValue, group: string) => new GroupCheck(by, group)),
  overload('Authorizer.serviceAccount(string, string): Authorizer', serviceAccount),
  overload('GroupCheck.resource(string): ResourceCheck', resourceOf),
  ...(['subresource', 'namespace', 'name', 'fieldSelector', 'labelSelector'] as const).map(refined),
  overload(
    'PathCheck.check(string): Decision',
    ({ by, about: path }: PathCheck, verb: string) => decide(by, { path }, verb),
    () => CHECK_COST,
  ),
  overload(
    'ResourceCheck.check(string): Decision',
    ({ by, about }: ResourceCheck, verb: string) => decide(by, about, verb),
    () => CHECK_COST,
  ),
  overload('Decision.allowed(): bool', ({ decision }: Decision) => decision.allowed),
  overload('Decision.reason(): string', ({ decision }: Decision) => decision.reason),
  overload('Decision.errored(): bool', ({ decision }: Decision) => decision.error !== undefined),
  overload('Decision.error(): string', ({ decision }: Decision) => decision.error ?? ''),
];

import type { ApiRequest } from '@kubernats/client';
import { forbidden } from '@kubernats/errors';
import type { Incoming, UserInfo } from '../call.ts';
import type { Core } from '../core.ts';
import { type Attributes, attributesOf, type Decision, refusalText } from './attributes.ts';
import type { Authorizer } from './authorizer.ts';

/** Throws Forbidden, in Kubernetes' words, unless the user may do this. */
export function authorise(authorizer: Authorizer, user: UserInfo, request: ApiRequest): void {
  const attributes = attributesOf(user, request);
  const decision = authorizer.decide(attributes);
  if (!decision.allowed) throw refusal(request, attributes, decision);
}

/** The same of a request that has come in by a door: the decision is counted, and told to the audit log. */
export function authoriseIncoming(
  core: Pick<Core, 'authorizer' | 'instrumentation'>,
  { user, request, trail }: Pick<Incoming, 'user' | 'request' | 'trail'>,
): void {
  const attributes = attributesOf(user, request);
  const decision = core.authorizer.decide(attributes);
  core.instrumentation.authorization[decision.allowed ? 'allowed' : 'no-opinion'].add();
  trail?.decided(decision.allowed, decision.allowed ? core.authorizer.reasonFor(attributes) : (decision.reason ?? ''));
  if (!decision.allowed) throw refusal(request, attributes, decision);
}

function refusal({ group, resource }: ApiRequest, attributes: Attributes, { reason }: Decision): Error {
  return forbidden({ group, resource }, attributes.resource?.name ?? '', refusalText(attributes, reason));
}

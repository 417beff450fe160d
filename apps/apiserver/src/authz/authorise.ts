import type { ApiRequest } from '@kubernats/client';
import { forbidden } from '@kubernats/errors';
import type { UserInfo } from '../call.ts';
import { attributesOf, refusalText } from './attributes.ts';
import type { Authorizer } from './authorizer.ts';

/** Throws Forbidden, in Kubernetes' words, unless the user may do this. */
export function authorise(authorizer: Authorizer, user: UserInfo, request: ApiRequest): void {
  const attributes = attributesOf(user, request);
  const { allowed, reason } = authorizer.decide(attributes);
  if (allowed) return;
  const { group, resource } = request;
  throw forbidden({ group, resource }, attributes.resource?.name ?? '', refusalText(attributes, reason));
}

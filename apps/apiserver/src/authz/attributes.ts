import { parseFieldSelector } from '@kubernats/apimachinery';
import type { ApiRequest } from '@kubernats/client';
import { StatusError } from '@kubernats/errors';
import type { UserInfo } from '../call.ts';

/** What is to be decided: may this user do this? */
export interface Attributes {
  user: UserInfo;
  verb: string;
  /** Absent for a path that is no resource. */
  resource?: { group: string; resource: string; subresource: string; namespace: string; name: string };
  /** A path that is no resource, such as `/metrics`. */
  path?: string;
  /** To what a list or watch is limited: nodes may list their own Pods only. Roles do not look at it. Source: KEP-4601. */
  fieldSelector?: string;
}

export interface Decision {
  allowed: boolean;
  /** Why not, beside that nobody allows it. */
  reason?: string;
}

export function attributesOf(user: UserInfo, request: ApiRequest): Attributes {
  const { group, resource, subresource = '', name = nameOf(request) } = request;
  // A Namespace counts as being in itself: a role in it may allow to read it.
  const namespace = request.namespace ?? (group === '' && resource === 'namespaces' && request.name ? request.name : '');
  return {
    user,
    verb: verbOf(request),
    resource: { group, resource, subresource, namespace, name },
    fieldSelector: request.query?.fieldSelector,
  };
}

/** A list or watch of one name is about that name: a role may allow just it. */
function nameOf({ verb, query }: ApiRequest): string {
  if (!query?.fieldSelector || (verb !== 'list' && verb !== 'watch' && verb !== 'deletecollection')) return '';
  return /(?:^|,)metadata\.name==?([^,]+)/.exec(query.fieldSelector)?.[1] ?? '';
}

/** The one value that a field selector asks for; undefined also where it cannot be read: then it limits nothing. */
export function exactly(path: string, fieldSelector: string | undefined): string | undefined {
  if (!fieldSelector?.includes(path)) return undefined;
  try {
    return parseFieldSelector(fieldSelector).requirements.find((each) => each.path === path && each.operator === '=')?.value;
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

/** OPTIONS has no verb of its own, as in Kubernetes: only who may do everything may do it. */
const verbOf = (request: ApiRequest): string => (request.verb === 'connect' ? '' : request.verb);

/** Kubernetes' sentence for a refusal: `User "x" cannot list resource "pods" in API group "" in the namespace "default"`. */
export function refusalText({ user, verb, resource, path }: Attributes, reason: string | undefined): string {
  const who = `User ${JSON.stringify(user.name)}`;
  const why = reason ? `: ${reason}` : '';
  if (!resource) return `${who} cannot ${verb} path ${JSON.stringify(path ?? '')}${why}`;
  const what = resource.subresource === '' ? resource.resource : `${resource.resource}/${resource.subresource}`;
  const where = resource.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(resource.namespace)}`;
  return `${who} cannot ${verb} resource ${JSON.stringify(what)} in API group ${JSON.stringify(resource.group)} ${where}${why}`;
}

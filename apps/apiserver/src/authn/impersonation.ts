import { forbidden, StatusError } from '@kubernats/errors';
import { type Attributes, refusalText } from '../authz/attributes.ts';
import type { Authorizer } from '../authz/authorizer.ts';
import type { UserInfo } from '../call.ts';

/** Whom a request wants to be served as: the `Impersonate-…` headers. */
export interface Impersonation {
  user?: string;
  groups: readonly string[];
  uid?: string;
  /** The values of each `Impersonate-Extra-KEY`. */
  extra: ReadonlyMap<string, readonly string[]>;
}

const PREFIX = 'impersonate-';
const EXTRA = 'impersonate-extra-';
const ANONYMOUS_NAME = 'system:anonymous';
const AUTHENTICATION = 'authentication.k8s.io';

/** Reads headers as they came, names and values in turn; undefined when nobody is to be impersonated. */
export function impersonationOf(rawHeaders: readonly string[]): Impersonation | undefined {
  let user: string | undefined;
  let uid: string | undefined;
  const groups: string[] = [];
  const extra = new Map<string, string[]>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    // Nearly no header is one of these: the look at the length and the first letter is cheaper than to fold the name.
    if (name.length < PREFIX.length || (name[0] !== 'i' && name[0] !== 'I')) continue;
    const key = name.toLowerCase();
    const value = rawHeaders[i + 1] ?? '';
    if (key === 'impersonate-user') user = value;
    else if (key === 'impersonate-uid') uid = value;
    else if (key === 'impersonate-group') groups.push(value);
    else if (key.startsWith(EXTRA)) {
      const about = decoded(key.slice(EXTRA.length));
      extra.set(about, [...(extra.get(about) ?? []), value]);
    }
  }
  if (user === undefined && uid === undefined && groups.length === 0 && extra.size === 0) return undefined;
  return { user, uid, groups, extra };
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/**
 * The user that is impersonated. Throws Forbidden unless `by` may impersonate each part of it. Source: "Authenticating", user
 * impersonation.
 */
export function impersonate(authorizer: Authorizer, by: UserInfo, { user, uid, groups, extra }: Impersonation): UserInfo {
  if (!user) throw new StatusError('InternalError', 'requested impersonation without impersonating a user');
  const check = (group: string, resource: string, name: string, more: { namespace?: string; subresource?: string } = {}) => {
    const attributes: Attributes = {
      user: by,
      verb: 'impersonate',
      resource: { group, resource, subresource: '', namespace: '', name, ...more },
    };
    const { allowed, reason } = authorizer.decide(attributes);
    if (!allowed) throw forbidden({ group, resource }, name, refusalText(attributes, reason));
  };
  const [, namespace = '', account = ''] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  if (account) check('', 'serviceaccounts', account, { namespace });
  else check('', 'users', user);
  for (const group of groups) check('', 'groups', group);
  for (const [key, values] of extra) for (const value of values) check(AUTHENTICATION, 'userextras', value, { subresource: key });
  if (uid) check(AUTHENTICATION, 'uids', uid);
  const own = groups.length === 0 && account ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`] : [];
  const everybody = user === ANONYMOUS_NAME ? 'system:unauthenticated' : 'system:authenticated';
  const all = new Set([...groups, ...own, everybody]);
  return { name: user, groups: [...all], ...(uid ? { uid } : {}), ...(extra.size > 0 ? { extra: Object.fromEntries(extra) } : {}) };
}

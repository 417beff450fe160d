import { isJsonObject } from '@kubernats/apimachinery';
import type { UserInfo } from '../call.ts';

/** A request as the audit log names it. */
export interface AuditedRequest {
  auditId: string;
  uri: string;
  /** Kubernetes' verb; of what is no resource the method, in small letters. */
  verb: string;
  /** Undefined: nobody knows who asks. */
  user: UserInfo | undefined;
  /** From where it came, and over which proxies. Clients may write what they like, but for the last. */
  sourceIPs: readonly string[];
  userAgent: string | undefined;
  resource: AuditedResource | undefined;
  /** Wall time, milliseconds since 1970. */
  receivedAtMs: number;
}

export interface AuditedResource {
  group: string;
  version: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
}

/** `authentication.k8s.io/v1` UserInfo. */
export function userOf(user: UserInfo | undefined): object {
  if (!user) return {};
  const { name, uid, groups, extra } = user;
  return {
    username: name,
    ...(uid ? { uid } : {}),
    ...(groups.length > 0 ? { groups } : {}),
    ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** What a request is about: what its path names, and what the object says where the path is silent. */
export function objectRefOf({ group, version, resource, subresource, namespace, name }: AuditedResource, object: unknown): object {
  const metadata = isJsonObject(object) && isJsonObject(object.metadata) ? object.metadata : {};
  const fields = {
    resource,
    namespace: namespace || metadata.namespace,
    name: name || metadata.name,
    uid: metadata.uid,
    apiGroup: group,
    apiVersion: version,
    resourceVersion: metadata.resourceVersion,
    subresource,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'string' && value !== ''));
}

/** `metav1.MicroTime`. */
export const timeOf = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

const MAX_USER_AGENT = 1024;

/** Kubernetes keeps so much of it. */
export const shortUserAgent = (userAgent: string | undefined): string | undefined =>
  userAgent !== undefined && userAgent.length > MAX_USER_AGENT ? `${userAgent.slice(0, MAX_USER_AGENT)}...TRUNCATED` : userAgent;

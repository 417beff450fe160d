import type { ApiRequest } from '@kubernats/client';
import { attributesOf } from '../authz/attributes.ts';
import type { Incoming } from '../call.ts';
import type { Core } from '../core.ts';
import type { Reply } from '../encode/reply.ts';
import { handle } from '../pipeline.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Heard } from './auditor.ts';

/** As `handle`, for the doors that are no HTTP: what the audit log says of a request is said here. */
export async function handleAudited(core: Core, incoming: Incoming): Promise<Reply> {
  const { request, user, userAgent } = incoming;
  const trail = core.auditor?.begin({
    auditId: core.ids.uid(),
    uri: uriOf(request),
    sourceIPs: [],
    userAgent,
    ...aboutResource(user, request),
  });
  if (!trail) return handle(core, incoming);
  if (request.body) trail.body(request.body);
  const reply = await handle(core, { ...incoming, trail });
  tellOf(reply, trail);
  trail.completed();
  return reply;
}

/** What the log says of a request for a resource, whatever its door. */
export function aboutResource(user: Heard['attributes']['user'], request: ApiRequest): Pick<Heard, 'attributes' | 'version'> {
  const attributes = attributesOf(user ?? NOBODY, request);
  return { attributes: { ...attributes, user }, version: request.version };
}

/** Tells the log how a request was answered. What is passed on to a backend, that answers. */
export function tellOf(reply: Reply, trail: AuditTrail): void {
  if (reply.type === 'body') trail.answered(reply.code, reply.chunks);
  else if (reply.type !== 'proxy') trail.started(reply.type === 'upgrade' ? 101 : 200);
}

const NOBODY = { name: '', groups: [] };

/** The address that the same request has over HTTPS. */
function uriOf({ verb, group, version, namespace, resource, name, subresource, query }: ApiRequest): string {
  const parts = [
    group === '' ? `/api/${version}` : `/apis/${group}/${version}`,
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    ...[resource, name, subresource].filter((part) => part !== undefined && part !== ''),
  ];
  const parameters = new URLSearchParams({ ...query, ...(verb === 'watch' ? { watch: 'true' } : {}) }).toString();
  return `${parts.join('/')}${parameters === '' ? '' : `?${parameters}`}`;
}

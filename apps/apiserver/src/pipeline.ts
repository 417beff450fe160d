import { type Verb, WRITING_VERBS } from '@kubernats/client';
import { internalError, methodNotAllowed, pathNotFound, StatusError } from '@kubernats/errors';
import { authorise } from './authz/authorise.ts';
import type { Call, Incoming } from './call.ts';
import type { Core } from './core.ts';
import { wantedOf } from './encode/media.ts';
import { encodeError, encodeReply, type Reply } from './encode/reply.ts';
import { computedVerbs } from './metrics/computed-verbs.ts';
import { type Handler, subresourceHandlers } from './subresources/subresources.ts';
import { VERBS } from './verbs/verbs.ts';

/** The largest body that is taken: as in Kubernetes, 3 MiB. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

/**
 * The one way of every request, whichever door it came in by: route → authorise → (admit → strategy → store, in the verb) → encode.
 * The doors authenticate. Never throws: what goes wrong is answered with a Status.
 */
export async function handle(core: Core, incoming: Incoming): Promise<Reply> {
  const warnings: string[] = [];
  try {
    // Before anything else is said: who may not do it does not learn whether it could be done.
    authorise(core.authorizer, incoming.user, incoming.request);
    const { call, handler } = route(core, incoming, warnings);
    const { term, verb } = incoming.request;
    if (term && WRITING_VERBS.has(verb)) await core.terms.check(term);
    return await encodeReply(core, call, await handler(core, call));
  } catch (error) {
    return encodeError(statusOf(core, incoming, error), warnings);
  }
}

function route(core: Core, incoming: Incoming, warnings: string[]): { call: Call; handler: Handler } {
  const { request } = incoming;
  const { group, version, resource, subresource, verb } = request;
  const row = core.kinds.byResource(group, version, resource);
  if (!row) throw pathNotFound();
  if (row.deprecation) warnings.push(row.deprecation);
  if (row.namespaced ? isOutsideNamespaces(incoming) : request.namespace) throw pathNotFound();
  const handlers = subresource ? subresourceHandlers(row, subresource) : row.computed ? computedVerbs(row) : VERBS;
  if (!handlers) throw pathNotFound();
  const handler = handlers[verb];
  if (!handler || (!subresource && !row.verbs.includes(verb))) throw methodNotAllowed();
  if (!subresource && OF_ONE.has(verb) !== (request.name !== undefined) && !(verb === 'watch' && request.name)) throw methodNotAllowed();
  if (row.namespaced && !request.namespace && (verb === 'create' || verb === 'deletecollection')) throw methodNotAllowed();
  if ((request.body?.length ?? 0) > MAX_BODY_BYTES) {
    throw new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
  }
  const wanted = wantedOf(incoming.accept, row);
  return { call: { ...incoming, row, wanted, query: request.query ?? NO_QUERY, warnings }, handler };
}

/** What is done to one object, rather than to a collection. */
const OF_ONE = new Set<string>(['get', 'update', 'patch', 'delete'] satisfies Verb[]);
const NO_QUERY = Object.freeze({});

/** The path of all namespaces leads to no single object. */
function isOutsideNamespaces({ request: { namespace, name, subresource } }: Incoming): boolean {
  return !namespace && (name !== undefined || subresource !== undefined);
}

function statusOf(core: Core, { request }: Incoming, error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  core.log.error({ error, verb: request.verb, resource: request.resource, name: request.name }, 'a request failed');
  return internalError(error);
}

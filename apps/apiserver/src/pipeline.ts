import { kindByResource } from '@kubernats/api';
import { badRequest, forbidden, internalError, methodNotAllowed, pathNotFound, StatusError } from '@kubernats/errors';
import { attributesOf, refusalText } from './authz/attributes.ts';
import type { Call, Incoming } from './call.ts';
import { type Core, named } from './core.ts';
import { encodeError, encodeReply, type Reply } from './encode/reply.ts';
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
    const { call, handler } = route(incoming, warnings);
    authorise(core, call);
    return await encodeReply(core, call, await handler(core, call));
  } catch (error) {
    return encodeError(statusOf(core, incoming, error), warnings);
  }
}

function route(incoming: Incoming, warnings: string[]): { call: Call; handler: Handler } {
  const { request } = incoming;
  const { group, version, resource, subresource, verb } = request;
  const row = kindByResource(group, version, resource);
  if (!row) throw pathNotFound();
  if (row.namespaced ? needsNamespace(incoming) : request.namespace) throw pathNotFound();
  const handlers = subresource ? subresourceHandlers(row, subresource) : VERBS;
  if (!handlers) throw pathNotFound();
  const handler = handlers[verb];
  if (!handler || (!subresource && !row.verbs.includes(verb))) throw methodNotAllowed(named(row), verb);
  if ((request.body?.length ?? 0) > MAX_BODY_BYTES) {
    throw new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
  }
  if (!subresource && verb === 'create' && request.name) throw methodNotAllowed(named(row), 'post');
  return { call: { ...incoming, row, query: request.query ?? NO_QUERY, warnings }, handler };
}

const NO_QUERY = Object.freeze({});

/** Lists and watches go over all namespaces; everything else is in one. */
function needsNamespace({ request: { namespace, verb } }: Incoming): boolean {
  return !namespace && verb !== 'list' && verb !== 'watch' && verb !== 'deletecollection' && verb !== 'create';
}

function authorise(core: Core, call: Call): void {
  const { request, user, row } = call;
  if (row.namespaced && request.verb === 'create' && !request.namespace && !isClusterReview(call)) {
    throw badRequest('an empty namespace may not be set during creation');
  }
  const attributes = attributesOf(user, request);
  const { allowed, reason } = core.authorizer.decide(attributes);
  if (allowed) return;
  throw forbidden({ group: row.group, resource: row.plural }, request.name ?? '', refusalText(attributes, reason));
}

const isClusterReview = ({ row }: Call): boolean => row.ephemeral === true && !row.namespaced;

function statusOf(core: Core, { request }: Incoming, error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  core.log.error({ error, verb: request.verb, resource: request.resource, name: request.name }, 'a request failed');
  return internalError(error);
}

import { internalError, methodNotAllowed, StatusError, unauthorized } from '@kubernats/errors';
import type { Extension } from '../../aggregation/extension.ts';
import type { Extensions } from '../../aggregation/extensions.ts';
import type { Auditor, Heard } from '../../audit/auditor.ts';
import { aboutResource } from '../../audit/handle-audited.ts';
import { type Impersonation, impersonate } from '../../authn/impersonation.ts';
import type { Attributes } from '../../authz/attributes.ts';
import { refusalText } from '../../authz/attributes.ts';
import { authoriseIncoming } from '../../authz/authorise.ts';
import type { Authorizer } from '../../authz/authorizer.ts';
import type { Incoming, UserInfo } from '../../call.ts';
import { indented, isRead } from '../../encode/indent.ts';
import { encodeError, type Reply, textReply } from '../../encode/reply.ts';
import type { Instrumentation } from '../../instrumentation/instrumentation.ts';
import { tooLargeBody } from '../../pipeline.ts';
import { ANONYMOUS } from '../../system-users.ts';
import type { TokenAuthenticator } from '../../tokens/token-authenticator.ts';
import { type ParsedPath, parsePath } from './parse-path.ts';
import type { Paths } from './paths/paths.ts';
import { aboutOf, timeoutOf } from './visits/about.ts';
import type { Visit } from './visits/visit.ts';
import type { Visits } from './visits/visits.ts';

/**
 * Who the client's certificate stands for; undefined without one, `untrusted` where another authority has signed it or it has expired, `front proxy` where
 * the request's headers say for whom it asks.
 */
export type Peer = UserInfo | 'front proxy' | 'untrusted' | undefined;

/** A request of HTTP, without its sockets. */
export interface HttpRequest {
  method: string;
  /** Path and query. */
  url: string;
  peer: Peer;
  /** For whom a front proxy asks; undefined: it does not say, or the peer is none. */
  remoteUser: UserInfo | undefined;
  /** Whom the request wants to be served as. */
  impersonation?: Impersonation;
  headers: { accept?: string; authorization?: string; contentType?: string; userAgent?: string; ifNoneMatch?: string };
  /** Asked for where it is written down. */
  sourceIPs(): string[];
  /** The client wants to speak another protocol on this connection. */
  wantsUpgrade?: boolean;
  /** Resolves to undefined when it is longer than `MAX_BODY_BYTES`. Not called for what is passed on as it comes. */
  readBody(): Promise<Uint8Array | undefined>;
}

export interface RequestDeps {
  authorizer: Authorizer;
  auditor: Auditor | undefined;
  instrumentation: Instrumentation;
  paths: Paths;
  visits: Visits;
  handle(incoming: Incoming): Promise<Reply>;
  /** What other API servers serve. */
  extensions: Extensions;
  passOn(extension: Extension, user: UserInfo, url: string): Reply;
  tokens: TokenAuthenticator;
}

/** Authenticates, reads the path, and hands over to the pipeline or to what is served beside it. Never throws a StatusError. */
export async function serveRequest(deps: RequestDeps, request: HttpRequest, visit: Visit): Promise<Reply> {
  const reply = await serve(deps, request, visit).catch((error: unknown) => {
    if (error instanceof StatusError) return encodeError(error, []);
    throw error;
  });
  return isRead(request.url, request.headers.userAgent) ? indented(reply) : reply;
}

async function serve(deps: RequestDeps, request: HttpRequest, visit: Visit): Promise<Reply> {
  const { method, url, impersonation, headers, wantsUpgrade } = request;
  const sender = senderOf(deps, request, visit);
  const parsed = parsePath(method, url);
  const trail = deps.auditor?.begin(heardOf(request, visit, parsed, sender));
  visit.trail = trail;
  const about = aboutOf(parsed, method, headers.contentType);
  const timeoutMs = about.isLongRunning ? undefined : timeoutOf(parsed.type === 'other' ? parsed.query : (parsed.request.query ?? {}));
  const user = impersonation ? impersonate(deps.authorizer, sender, impersonation) : sender;
  if (impersonation) trail?.impersonated(user);
  if (!deps.visits.enter(visit, user, about, timeoutMs)) return TOO_MANY_REQUESTS;
  if (parsed.isServed === false) return refuseMethod(deps, user, request, parsed, visit);
  if (parsed.type === 'other') {
    authorisePath(deps, user, method, parsed.path, visit);
    const extension = deps.extensions.ofPath(parsed.path);
    if (extension) return deps.passOn(extension, user, url);
    const parameters = new URLSearchParams(url.split('?', 2)[1] ?? '');
    return deps.paths.serve({
      path: parsed.path,
      query: parsed.query,
      parameters,
      accept: headers.accept,
      ifNoneMatch: headers.ifNoneMatch,
    });
  }
  const extension = deps.extensions.of(parsed.request.group, parsed.request.version);
  if (extension) {
    authoriseIncoming(deps, { request: parsed.request, user, ...(trail ? { trail } : {}) });
    return deps.passOn(extension, user, url);
  }
  const body = parsed.request.subresource === 'proxy' ? NO_BODY : await request.readBody().catch(cutOff);
  if (body === undefined) throw tooLargeBody();
  trail?.body(body);
  const asked = { ...parsed.request, contentType: headers.contentType, ...(body.length > 0 ? { body } : {}) };
  const upgrade = wantsUpgrade ? { parameters: new URLSearchParams(url.split('?', 2)[1] ?? '') } : undefined;
  return deps.handle({
    request: asked,
    user,
    accept: headers.accept,
    userAgent: headers.userAgent,
    ...(trail ? { trail } : {}),
    ...(upgrade ? { upgrade } : {}),
  });
}

const NO_BODY = new Uint8Array();

/** The client has gone in the middle of its body: as Go words it, for the log. */
function cutOff(): never {
  throw internalError(new Error('unexpected EOF'));
}

const TOO_MANY_REQUESTS = textReply(429, 'Too many requests, please try again later.', { 'retry-after': '1' });

/**
 * A certificate comes before a token. Whoever shows only what is not good is told so, rather than treated as somebody else. Source: kube-apiserver asks one
 * authenticator after the other.
 */
function senderOf(deps: RequestDeps, request: HttpRequest, visit: Visit): UserInfo {
  const { tokens, instrumentation } = deps;
  const { peer, headers } = request;
  if (typeof peer === 'object') return counted(peer);
  if (peer === undefined && headers.authorization === undefined) return counted(ANONYMOUS);
  if (peer === 'front proxy' && request.remoteUser) return counted(request.remoteUser);
  const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const user = token === undefined ? undefined : tokens.review(token).user;
  if (user) return counted(user);
  instrumentation.authentication.failure.add();
  tellOfStranger(deps, request, visit);
  throw unauthorized();

  function counted(known: UserInfo): UserInfo {
    instrumentation.authentication.success.add();
    return known;
  }
}

/** Who may not ask like this learns that, and who may, that nobody answers. */
function refuseMethod(deps: RequestDeps, user: UserInfo, { method }: HttpRequest, parsed: ParsedPath, visit: Visit): never {
  const { trail } = visit;
  if (parsed.type === 'other') authorisePath(deps, user, method, parsed.path, visit);
  else authoriseIncoming(deps, { request: parsed.request, user, ...(trail ? { trail } : {}) });
  throw methodNotAllowed();
}

/** Writes down that somebody could not prove who they are. A request that cannot be read is nothing that a policy could speak of. */
function tellOfStranger({ auditor }: RequestDeps, request: HttpRequest, visit: Visit): void {
  if (!auditor) return;
  const { authorization } = request.headers;
  const scheme = authorization === undefined ? 'x509' : (/^(basic|bearer) /i.exec(authorization)?.[1]?.toLowerCase() ?? 'unknown');
  try {
    auditor.unauthenticated(heardOf(request, visit, parsePath(request.method, request.url), undefined), scheme);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}

function heardOf(request: HttpRequest, { auditId }: Visit, parsed: ParsedPath, user: UserInfo | undefined): Heard {
  const { method, url, headers } = request;
  const common = { auditId, uri: url, sourceIPs: request.sourceIPs(), userAgent: headers.userAgent };
  if (parsed.type === 'resource') return { ...common, ...aboutResource(user, parsed.request) };
  return { ...common, attributes: { user, verb: method.toLowerCase(), path: parsed.path } };
}

function authorisePath({ authorizer, instrumentation }: RequestDeps, user: UserInfo, method: string, path: string, { trail }: Visit): void {
  const attributes: Attributes = { user, verb: method === 'HEAD' ? 'get' : method.toLowerCase(), path };
  const { allowed, reason } = authorizer.decide(attributes);
  instrumentation.authorization[allowed ? 'allowed' : 'no-opinion'].add();
  trail?.decided(allowed, allowed ? authorizer.reasonFor(attributes) : (reason ?? ''));
  if (!allowed) throw new StatusError('Forbidden', `forbidden: ${refusalText(attributes, reason)}`, {});
}

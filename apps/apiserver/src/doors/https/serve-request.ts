import { StatusError, unauthorized } from '@kubernats/errors';
import { type Impersonation, impersonate } from '../../authn/impersonation.ts';
import type { Attributes } from '../../authz/attributes.ts';
import { refusalText } from '../../authz/attributes.ts';
import type { Authorizer } from '../../authz/authorizer.ts';
import type { Incoming, UserInfo } from '../../call.ts';
import { encodeError, type Reply } from '../../encode/reply.ts';
import { MAX_BODY_BYTES } from '../../pipeline.ts';
import { ANONYMOUS } from '../../system-users.ts';
import type { TokenAuthenticator } from '../../tokens/token-authenticator.ts';
import { parsePath } from './parse-path.ts';
import type { Paths } from './paths/paths.ts';

/** Who the client's certificate stands for; undefined without one, `untrusted` where another authority has signed it or it has expired. */
export type Peer = UserInfo | 'untrusted' | undefined;

/** A request of HTTP, without its sockets. */
export interface HttpRequest {
  method: string;
  /** Path and query. */
  url: string;
  peer: Peer;
  /** Whom the request wants to be served as. */
  impersonation?: Impersonation;
  headers: { accept?: string; authorization?: string; contentType?: string; userAgent?: string; ifNoneMatch?: string };
  /** The client wants to speak another protocol on this connection. */
  wantsUpgrade?: boolean;
  /** Resolves to undefined when it is longer than `MAX_BODY_BYTES`. Not called for what is passed on as it comes. */
  readBody(): Promise<Uint8Array | undefined>;
}

export interface RequestDeps {
  authorizer: Authorizer;
  paths: Paths;
  handle(incoming: Incoming): Promise<Reply>;
  tokens: TokenAuthenticator;
}

/** Authenticates, reads the path, and hands over to the pipeline or to what is served beside it. Never throws. */
export async function serveRequest(deps: RequestDeps, request: HttpRequest): Promise<Reply> {
  try {
    return await serve(deps, request);
  } catch (error) {
    if (error instanceof StatusError) return encodeError(error, []);
    throw error;
  }
}

async function serve(deps: RequestDeps, request: HttpRequest): Promise<Reply> {
  const { method, url, peer, impersonation, headers, wantsUpgrade } = request;
  const sender = userOf(deps.tokens, peer, headers.authorization);
  const user = impersonation ? impersonate(deps.authorizer, sender, impersonation) : sender;
  const parsed = parsePath(method, url);
  if (parsed.type === 'other') {
    authorisePath(deps, user, method, parsed.path);
    return deps.paths.serve({ path: parsed.path, query: parsed.query, accept: headers.accept, ifNoneMatch: headers.ifNoneMatch });
  }
  const body = parsed.request.subresource === 'proxy' ? NO_BODY : await request.readBody();
  if (body === undefined) throw new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
  const asked = { ...parsed.request, contentType: headers.contentType, ...(body.length > 0 ? { body } : {}) };
  const upgrade = wantsUpgrade ? { parameters: new URLSearchParams(url.split('?', 2)[1] ?? '') } : undefined;
  return deps.handle({ request: asked, user, accept: headers.accept, userAgent: headers.userAgent, ...(upgrade ? { upgrade } : {}) });
}

const NO_BODY = new Uint8Array();

/** A certificate comes before a token. Whoever shows something that is not good is told so, rather than treated as somebody else. */
function userOf(tokens: TokenAuthenticator, peer: Peer, authorization: string | undefined): UserInfo {
  if (peer === 'untrusted') throw unauthorized();
  if (peer) return peer;
  if (authorization === undefined) return ANONYMOUS;
  const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
  const user = token === undefined ? undefined : tokens.review(token).user;
  if (!user) throw unauthorized();
  return user;
}

function authorisePath({ authorizer }: RequestDeps, user: UserInfo, method: string, path: string): void {
  const attributes: Attributes = { user, verb: method === 'HEAD' ? 'get' : method.toLowerCase(), path };
  const { allowed, reason } = authorizer.decide(attributes);
  if (!allowed) throw new StatusError('Forbidden', `forbidden: ${refusalText(attributes, reason)}`, {});
}

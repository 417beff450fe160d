import { Buffer } from 'node:buffer';
import type { ApiRequest, Verb } from '@kubernats/client';
import { badRequest } from '@kubernats/errors';
import { flag } from '../../rest/resource-version.ts';

/** A request line, read. `resource` is what the pipeline takes; everything else is a path of its own. */
export type ParsedPath = ({ type: 'resource'; request: ApiRequest } | { type: 'other'; path: string; query: Record<string, string> }) & {
  /** The API has no such method there: that is said when it is known who asks, and that they may. */
  isServed?: false;
};

/** What may follow a Namespace's name as a part of it, rather than as a resource inside it. */
const OF_NAMESPACES = new Set(['status', 'finalize', 'whatif']);
const VERB_OF: Readonly<Record<string, Verb>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
  GET: 'get',
  HEAD: 'get',
  OPTIONS: 'connect',
};

/**
 * `/api/v1/namespaces/NS/pods/NAME/SUB?query` and its kin. Throws BadRequest for a path whose escapes are none: as in Go's server, nobody looks at the request then. Source: "API concepts", resource URIs; `RequestInfo` names the same rules.
 */
export function parsePath(method: string, url: string): ParsedPath {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = mark === -1 ? {} : parseQuery(url.slice(mark + 1));
  const verb = Object.hasOwn(VERB_OF, method) ? VERB_OF[method] : undefined;
  const request = resourceRequest(decoded(path), verb ?? 'connect', query);
  const parsed: ParsedPath = request ? { type: 'resource', request } : { type: 'other', path, query };
  const isServed = verb !== undefined && (verb !== 'connect' || request?.subresource === 'proxy');
  return isServed ? parsed : { ...parsed, isServed };
}

function resourceRequest(
  { parts, isFolder }: { parts: string[]; isFolder: boolean },
  verb: Verb,
  query: Record<string, string>,
): ApiRequest | undefined {
  const core = parts[0] === 'api';
  if (!core && parts[0] !== 'apis') return undefined;
  const group = core ? '' : (parts[1] ?? '');
  const version = (core ? parts[1] : parts[2]) ?? '';
  let at = core ? 2 : 3;
  const isWatchPath = parts[at] === 'watch';
  if (isWatchPath) at++;
  if (parts[at] === undefined || parts[at] === '') return undefined;
  let namespace: string | undefined;
  if (parts[at] === 'namespaces' && parts[at + 2] !== undefined && !OF_NAMESPACES.has(parts[at + 2] ?? '')) {
    namespace = parts[at + 1];
    at += 2;
  }
  const [resource = '', name, ...rest] = parts.slice(at);
  const isProxy = rest[0] === 'proxy';
  const subresource = isProxy ? 'proxy' : rest.length > 0 ? rest.join('/') : undefined;
  const isWatch = isWatchPath || flag(query.watch);
  return {
    verb: isWatchPath ? 'watch' : name === undefined ? collectionVerb(verb, isWatch) : verb,
    group,
    version,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(isProxy ? { subpath: ['', ...rest.slice(1), ...(isFolder ? [''] : [])].join('/') } : {}),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    query,
  };
}

function collectionVerb(verb: Verb, isWatch: boolean): Verb {
  if (verb === 'get') return isWatch ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

/** The parts of a path, and whether a slash is its end. */
function decoded(path: string): { parts: string[]; isFolder: boolean } {
  const isFolder = path.endsWith('/') && path.length > 1;
  const trimmed = isFolder ? path.slice(1, -1) : path.slice(1);
  if (!trimmed.includes('%')) return { parts: trimmed.split('/'), isFolder };
  return { parts: decodedText(trimmed, path).split('/'), isFolder };
}

/** A path, or its end, without its escapes: as the server decides by it, and as others get it. Throws BadRequest. */
export function decodedText(text: string, path = text): string {
  try {
    return decodeURIComponent(text);
  } catch {
    if (/%(?![0-9a-f]{2})/i.test(text)) throw badRequest(`parse ${JSON.stringify(path)}: invalid URL escape`);
    // What is no UTF-8 is the name of nothing.
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'));
  }
}

/** Of a parameter that comes several times, the first counts, but of `dryRun` and the like no client sends two. */
function parseQuery(text: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(text)) if (!Object.hasOwn(query, key) && key !== '__proto__') query[key] = value;
  return query;
}

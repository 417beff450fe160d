// What a proxy passes on of the head of a request and of its answer. Source: RFC 9110, section 7.6.1 (what belongs to one connection only);
// the API server keeps to itself how its client has shown who it is.

/** Names and values in turn, as `rawHeaders` has them. */
export type RawHeaders = readonly string[];

const OF_THE_CONNECTION = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const OF_CORS = new Set([
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
]);
/** Who the client is, and for whom it speaks: a backend must not get a token that is good for the API server. */
const IS_IDENTITY = /^(?:authorization$|impersonate-|x-remote-(?:user|uid|group)$|x-remote-extra-)/;

export interface RequestHead {
  method: string;
  headers: RawHeaders;
  /** The address that the request came from. */
  clientAddress: string;
  /** The path at this server that it came for, and so what the backend's own links begin with. Absent: not said. */
  forwardedUri?: string;
  /** What the backend is told of its own name, and of who asks; absent: what the client has called it, and nothing. */
  extension?: { authority: string; headers: RawHeaders } | undefined;
  /** The client wants to speak another protocol: then what belongs to the connection goes along. */
  upgrade?: true;
  /** What follows has no end that the client has said before. */
  hasUnknownLength: boolean;
}

/** The head of the request to the backend. */
export function requestHeaders(head: RequestHead): string[] {
  const { method, headers, clientAddress, forwardedUri, extension, upgrade, hasUnknownLength } = head;
  const dropped = upgrade ? NOTHING : namedByConnection(headers);
  const forwardedFor: string[] = [];
  const kept: string[] = [];
  let hasHost = false;
  let hasLength = false;
  for (const [name, value, key] of fields(headers)) {
    if (key === 'x-forwarded-for') forwardedFor.push(value);
    else if (key === 'host' || key === ':authority') {
      if (!hasHost) kept.push('Host', extension?.authority ?? value);
      hasHost = true;
    } else if (key === 'content-length') hasLength = true;
    else if (key.startsWith(':') || key === 'expect' || key === 'x-forwarded-uri' || IS_IDENTITY.test(key) || dropped.has(key)) continue;
    else if (!upgrade && OF_THE_CONNECTION.has(key)) continue;
    else kept.push(name, value);
    if (key === 'content-length' && !hasUnknownLength) kept.push(name, value);
  }
  kept.push('X-Forwarded-For', [...forwardedFor, clientAddress].join(', '));
  if (forwardedUri !== undefined) kept.push('X-Forwarded-Uri', forwardedUri);
  if (!upgrade) kept.push('Connection', 'keep-alive');
  if (hasUnknownLength) kept.push('Transfer-Encoding', 'chunked');
  else if (!hasLength && HAS_BODY.has(method)) kept.push('Content-Length', '0');
  return extension ? [...kept, ...extension.headers] : kept;
}

/** The head of the answer to the client, without what `except` names. Repeated names keep their values apart. */
export function responseHeaders(headers: RawHeaders, except: readonly string[] = []): Record<string, string[]> {
  const dropped = namedByConnection(headers);
  const kept = new Map<string, string[]>([['cache-control', ['no-cache, private']]]);
  for (const [, value, key] of fields(headers)) {
    if (OF_THE_CONNECTION.has(key) || OF_CORS.has(key) || dropped.has(key) || except.includes(key)) continue;
    const values = kept.get(key);
    if (values) values.push(value);
    else kept.set(key, [value]);
  }
  return Object.fromEntries(kept);
}

const NOTHING: ReadonlySet<string> = new Set();
/** Methods with which a server expects a body, and is told that there is none. */
const HAS_BODY = new Set(['POST', 'PUT', 'PATCH']);

function* fields(headers: RawHeaders): Generator<[name: string, value: string, key: string]> {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    yield [name, headers[i + 1] ?? '', name.toLowerCase()];
  }
}

/** What a `Connection` header says is for the next server only. */
function namedByConnection(headers: RawHeaders): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, value, key] of fields(headers)) {
    if (key === 'connection') for (const name of value.split(',')) names.add(name.trim().toLowerCase());
  }
  return names;
}

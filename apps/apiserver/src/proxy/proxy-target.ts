import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';

/** Where a request to the proxy of a Service or Pod leads. */
export interface ProxyTarget {
  scheme: 'http' | 'https';
  host: string;
  port: number;
  /** The path at the backend, decoded and cleaned. '' where the request has none: a browser is sent to `prefix/` then. */
  path: string;
  /** What a link to the backend's `/` has to begin with here: `/api/v1/namespaces/NS/services/NAME/proxy`. */
  prefix: string;
  /** The backend is an API server, which is told who asks. */
  extension?: ExtensionBackend;
}

export interface ExtensionBackend {
  /** `Host` of the request. */
  authority: string;
  /** Who asks: names and values in turn. */
  headers: readonly string[];
  /** A new connection on which it is certain who is at the other end. */
  connect(signal: AbortSignal): Promise<Duplex>;
  /** Such connections that are kept. A request on one brings the `attempt` that it is. */
  kept(): Agent;
}

/** A name as the proxy takes it: `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`, where PORT is a number, a name, or nothing. */
export interface TargetName {
  scheme: ProxyTarget['scheme'];
  name: string;
  port: string;
}

/** Undefined when it is none. Source: "Access Services Running on Clusters", constructing proxy URLs. */
export function parseTargetName(id: string): TargetName | undefined {
  const parts = id.split(':');
  if (parts.length > 3) return undefined;
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts];
  if (name === '' || !SCHEMES.has(scheme)) return undefined;
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port };
}

const SCHEMES = new Set(['', 'http', 'https']);

/** A number as it is written in a name, which need not be a port's; undefined for anything else. */
export const numberOf = (text: string): number | undefined => (/^[+-]?\d+$/.test(text) ? Number(text) : undefined);

/** `/a//b/../c/` → `/a/c/`: no backend is asked for what lies above its root. `subpath` is '' or begins with a slash. */
export function cleanPath(subpath: string): string {
  if (subpath === '') return '';
  const kept: string[] = [];
  for (const part of subpath.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  const isFolder = subpath.endsWith('/') && kept.length > 0;
  return `/${kept.join('/')}${isFolder ? '/' : ''}`;
}

/** A decoded path as it is sent: each part in the characters that RFC 3986 lets it have. */
export function encodePath(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return encoded.replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);
}

/** The query of a URL with its question mark, as it came; '' without one. */
export function queryOf(url: string): string {
  const mark = url.indexOf('?');
  return mark === -1 ? '' : url.slice(mark);
}

import { cleanPath } from './proxy-target.ts';

/** Where a page came from that links to others. */
export interface LinkSource {
  /** What paths at the backend begin with here. */
  prefix: string;
  /** The backend as it may name itself: its address and port, and what the client has sent as `Host`. */
  hosts: readonly string[];
}

/** RFC 3986, appendix B: scheme, authority, path, query and fragment of any reference. */
const REFERENCE = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/s;

/**
 * A link of the backend as a client of the proxy has to see it: absolute paths at the backend get the prefix, relative ones and links to
 * other hosts stay as they are. So does what is no reference.
 */
export function rewriteUrl(url: string, { prefix, hosts }: LinkSource): string {
  const [, scheme, host, path = '', query = '', fragment = ''] = REFERENCE.exec(url) ?? [];
  const isElsewhere = host === undefined ? scheme !== undefined : !hosts.includes(host);
  if (isElsewhere || !path.startsWith('/')) return url;
  const isPrefixed = path === prefix || path.startsWith(`${prefix}/`);
  return `${isPrefixed ? path : `${prefix}${cleanPath(path)}`}${query}${fragment}`;
}

/** Whether an answer is a page whose links can be rewritten. Another coding than these would have to be understood first. */
export function isRewritable(headers: { 'content-type'?: string; 'content-encoding'?: string; location?: string }): boolean {
  const isHtml = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === 'text/html';
  return isHtml && headers.location === undefined && CODINGS.has(headers['content-encoding'] ?? '');
}

const CODINGS = new Set(['', 'gzip', 'deflate']);

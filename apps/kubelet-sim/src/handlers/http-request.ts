import type { Container, HTTPGetAction } from '@kubernats/api';
import { KUBELET_VERSION } from '../config.ts';
import { containerPort } from './container-port.ts';
import { hostPort } from './go-words.ts';

// Line ends above all: with one a value would become a header of its own.
const NOT_IN_A_HEADER = /[\x00-\x08\x0a-\x1f\x7f]/;

/** A GET that a handler asks for. */
export interface GetRequest {
  secure: boolean;
  host: string;
  port: number;
  /** Path and query. */
  path: string;
  /** In the order in which they are sent, `Host` apart. */
  headers: readonly (readonly [name: string, value: string])[];
  /** What the `Host` header says. */
  hostHeader: string;
}

const MINOR_VERSION = KUBELET_VERSION.replace(/^v(\d+\.\d+).*/, '$1');

/** Who asks, and why: `kube-probe/1.36`. */
export const userAgent = (purpose: 'probe' | 'lifecycle'): string => `kube-${purpose}/${MINOR_VERSION}`;

/**
 * The request of an `httpGet`. Throws in the kubelet's words when there can be no such request.
 */
export function requestOf(action: HTTPGetAction, container: Container, podIp: string, purpose: 'probe' | 'lifecycle'): GetRequest {
  const port = containerPort(action.port, container);
  const host = action.host || podIp;
  const given = (action.httpHeaders ?? []).map(({ name = '', value = '' }): [string, string] => [canonical(name), value]);
  const has = (name: string): boolean => given.some(([other]) => other === name);
  const headers = given.filter(([name, value]) => name !== 'Host' && !(name === 'Accept' && value === ''));
  if (!has('User-Agent')) headers.push(['User-Agent', userAgent(purpose)]);
  if (!has('Accept')) headers.push(['Accept', '*/*']);
  const hostHeader = given.find(([name]) => name === 'Host')?.[1] || hostPort(host, port);
  return { secure: action.scheme?.toUpperCase() === 'HTTPS', host, port, path: pathOf(action.path ?? ''), headers, hostHeader };
}

/** As errors name it. */
export function urlOf({ secure, host, port, path }: GetRequest): string {
  return `${secure ? 'https' : 'http'}://${hostPort(host, port)}${path}`;
}

/** Why a request cannot be sent, as Go's client finds it; undefined: it can. */
export function problemOf({ headers, hostHeader }: GetRequest): string | undefined {
  if (NOT_IN_A_HEADER.test(hostHeader)) return 'http: invalid Host header';
  const bad = headers.find(([, value]) => NOT_IN_A_HEADER.test(value));
  return bad && `net/http: invalid header field value for ${JSON.stringify(bad[0])}`;
}

/** The headers on the wire: name, value, name, value, …; text beyond ASCII as the bytes of its UTF-8. */
export function wireHeaders({ hostHeader, headers }: GetRequest): string[] {
  const rows = [['Host', hostHeader], ...headers, ['Connection', 'close']];
  return rows.flatMap(([name = '', value = '']) => [name, IS_ASCII.test(value) ? value : Buffer.from(value, 'utf8').toString('latin1')]);
}

const IS_ASCII = /^[\x00-\x7f]*$/;

/** `x-request-id` → `X-Request-Id`. */
function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** The path as it is sent. A whole URL gives its path only; what may not be in a path is escaped. */
function pathOf(text: string): string {
  const bare = text.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const path = bare.startsWith('/') ? bare : `/${bare}`;
  return path.toWellFormed().replace(/[^\x21-\x7e]/g, (letter) => encodeURIComponent(letter));
}

import { Buffer } from 'node:buffer';
import { isIp } from '@kubernats/net';
import { WebhookCallError, type WebhookClientConfig } from './webhook-client.ts';

/** Where a webhook is called, as its configuration says. */
export interface WebhookTarget {
  /** Connections to targets of the same key serve each other's calls. */
  key: string;
  /** Where to connect to; of a Service this is found out for each connection. */
  host: string;
  port: number;
  service: { namespace: string; name: string } | undefined;
  /** Whom the certificate must be of. */
  serverName: string;
  /** `Host` of the request. */
  authority: string;
  /** Begins with a slash. */
  path: string;
  /** Who may have signed the certificate, PEM; undefined: whom the system trusts. */
  caPem: string | undefined;
}

const HTTPS_PORT = 443;

/** Throws a `WebhookCallError` for a configuration that names no webhook. */
export function webhookTarget({ url, service, caBundle }: WebhookClientConfig): WebhookTarget {
  const caPem = caBundle ? Buffer.from(caBundle, 'base64').toString('utf8') : undefined;
  const key = JSON.stringify([url, service, caBundle]);
  if (service) {
    const { namespace, name, port = HTTPS_PORT, path = '' } = service;
    const serverName = `${name}.${namespace}.svc`;
    const authority = `${serverName}:${port}`;
    return { key, host: serverName, port, service: { namespace, name }, serverName, authority, path: absolute(path), caPem };
  }
  const misconfigured = (why: string) => new WebhookCallError(why, { isMisconfigured: true });
  if (!url) throw misconfigured('webhook configuration must have either service or URL');
  if (!URL.canParse(url)) throw misconfigured(`Unparsable URL: ${url}`);
  const { hostname, port, host: authority, pathname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const where = { host, port: port === '' ? HTTPS_PORT : Number(port) };
  return { key, ...where, service: undefined, serverName: host, authority, path: pathname, caPem };
}

const absolute = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

/** `10s`: the time that a webhook has, in whole seconds. */
export const timeoutText = (timeoutMs: number): string => `${Math.ceil(timeoutMs / 1000)}s`;

/** Whether a host is an address (IPv4 or IPv6) rather than a name. */
export const isAddress = (host: string): boolean => isIp(host) || host.includes(':');

import { X509Certificate } from 'node:crypto';
import type { ConfigMap } from '@kubernats/api';
import type { TlsMaterial } from '../doors/https/tls-material.ts';
import { certificatesIn } from './certificates-in.ts';
import { REQUEST_HEADERS } from './request-header.ts';

export const CONFIG_NAMESPACE = 'kube-system';
export const CONFIG_NAME = 'extension-apiserver-authentication';

/**
 * By what extension API servers tell whose a request is: this server's own word, added to what others have said whose authorities may differ while they are
 * changed. Expired certificates are left out. Source: the page "Configure the Aggregation Layer", "Original Request Username and Group".
 */
export function authenticationConfig(own: TlsMaterial, there: ConfigMap | undefined, nowMs: number): ConfigMap {
  const said = there?.data ?? {};
  const { clientCaPem, requestHeader } = own;
  const proxies: Record<string, string> = requestHeader
    ? {
        'requestheader-client-ca-file': certificates(said['requestheader-client-ca-file'], requestHeader.caPem, nowMs),
        'requestheader-allowed-names': union(said['requestheader-allowed-names'], requestHeader.allowedNames),
        'requestheader-username-headers': union(said['requestheader-username-headers'], [REQUEST_HEADERS.user]),
        'requestheader-uid-headers': union(said['requestheader-uid-headers'], [REQUEST_HEADERS.uid]),
        'requestheader-group-headers': union(said['requestheader-group-headers'], [REQUEST_HEADERS.group]),
        'requestheader-extra-headers-prefix': union(said['requestheader-extra-headers-prefix'], [REQUEST_HEADERS.extraPrefix]),
      }
    : {};
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: CONFIG_NAMESPACE, name: CONFIG_NAME },
    data: { ...said, 'client-ca-file': certificates(said['client-ca-file'], clientCaPem, nowMs), ...proxies },
  };
}

function certificates(there: string | undefined, own: string, nowMs: number): string {
  const all = new Set([...certificatesIn(there ?? ''), ...certificatesIn(own)]);
  return [...all]
    .filter((pem) => isGood(pem, nowMs))
    .map((pem) => `${pem}\n`)
    .join('');
}

function isGood(pem: string, nowMs: number): boolean {
  try {
    return new X509Certificate(pem).validToDate.getTime() > nowMs;
  } catch {
    return false;
  }
}

function union(there: string | undefined, own: readonly string[]): string {
  return JSON.stringify([...new Set([...namesIn(there), ...own])]);
}

function namesIn(text: string | undefined): string[] {
  try {
    const names: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

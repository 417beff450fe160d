import { NetworkError } from '@kubernats/net';

const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  EADDRNOTAVAIL: 'connect: cannot assign requested address',
  ETIMEDOUT: 'i/o timeout',
};

/** Why a backend has not answered, in the words that Kubernetes has for it. */
export function failureText(error: unknown, { host, port }: { host: string; port: number }): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${host}: no such host`;
  if (error instanceof NetworkError) return `dial tcp ${host}:${port}: ${WHY[code] ?? code}`;
  if (code === 'ECONNRESET') return 'EOF';
  if (code.startsWith('HPE_')) return `net/http: HTTP/1.x transport connection broken: malformed HTTP response (${code})`;
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('wrong version number')) return 'http: server gave HTTP response to HTTPS client';
  const alert = /ssl\/tls alert ([a-z ]+)/.exec(message)?.[1];
  return alert === undefined ? message.trim() : `remote error: tls: ${alert}`;
}

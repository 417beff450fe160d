// The kubelet is written in Go, and people compare what it says: errors in that language's words.
import { systemCode } from '@kubernats/errors';

const ERRNO: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'no route to host',
  EINVAL: 'invalid argument',
  EMFILE: 'too many open files',
  ENETUNREACH: 'network is unreachable',
  EPIPE: 'broken pipe',
  ETIMEDOUT: 'connection timed out',
};

/** A system's error as Go prints it: `connection refused`. */
export function errnoText(error: unknown): string {
  const code = systemCode(error);
  if (code !== undefined) return ERRNO[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}

/** `host:port`, IPv6 in brackets. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

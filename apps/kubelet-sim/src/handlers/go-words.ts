// The kubelet is written in Go, and people compare what it says: errors and durations in that language's words.
import { NetworkError } from '@kubernats/net';

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
  const code = codeOf(error);
  if (code !== undefined) return ERRNO[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}

/** The system's name of an error: `ECONNRESET`. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof NetworkError) return error.code;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** `host:port`, IPv6 in brackets. */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A duration of whole seconds: `1s`, `1m30s`, `1h0m0s`. */
export function goDuration(seconds: number): string {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (h > 0) return `${h}h${m}m${s}s`;
  return m > 0 ? `${m}m${s}s` : `${s}s`;
}

import { NetworkError } from './port.ts';

const FIRST_UNPRIVILEGED_PORT = 1024;

/** Why a port could not be opened and what helps, in one sentence for an event and the log. `where`: such as `TCP 127.96.0.1:443`. */
export function refusalText(where: string, port: number, error: unknown): string {
  const code = error instanceof NetworkError ? error.code : '';
  if (code === 'EACCES' && port < FIRST_UNPRIVILEGED_PORT) {
    return `Cannot open ${where}: ports below ${FIRST_UNPRIVILEGED_PORT} need a right that this process lacks; "sysctl -w net.ipv4.ip_unprivileged_port_start=0" gives it`;
  }
  if (code === 'EADDRINUSE') return `Cannot open ${where}: another process listens there (EADDRINUSE)`;
  if (code === 'EADDRNOTAVAIL') return `Cannot open ${where}: this machine does not have that address (EADDRNOTAVAIL)`;
  if (code === 'EMFILE') {
    return `Cannot open ${where}: this process has as many open files as it may (EMFILE); "ulimit -Hn" (or LimitNOFILE, or /etc/security/limits.conf) gives it more`;
  }
  return `Cannot open ${where}: ${error instanceof Error ? error.message : String(error)}`;
}

import { NetworkError } from '@kubernats/net';
import { addressText, type Route } from './routes/route.ts';

const FIRST_UNPRIVILEGED_PORT = 1024;

/** Why a route could not be opened and what helps, in one sentence for an event and the log. */
export function refusalMessage(route: Route, error: unknown): string {
  const where = `${route.protocol} ${addressText(route.listen)}`;
  const code = error instanceof NetworkError ? error.code : '';
  if (code === 'EACCES' && route.listen.port < FIRST_UNPRIVILEGED_PORT) {
    return `Cannot open ${where}: ports below ${FIRST_UNPRIVILEGED_PORT} need a right that the proxy lacks; "sysctl -w net.ipv4.ip_unprivileged_port_start=0" gives it`;
  }
  if (code === 'EADDRINUSE') return `Cannot open ${where}: another process listens there (EADDRINUSE)`;
  return `Cannot open ${where}: ${error instanceof Error ? error.message : String(error)}`;
}

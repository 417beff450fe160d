import { createServer } from 'node:http';
import type { Log } from '@kubernats/client';
import type { Readiness } from '../health.ts';

/** As kube-proxy. */
const RETRY_MS = 5_000;

/**
 * Starts the health server, or says in the log why it cannot be had and tries again until it can: a port that somebody else has is no reason to
 * do no work. Resolves after the first try.
 */
export async function keepHealthServer(port: number, log: Log, start: () => Promise<unknown>): Promise<void> {
  try {
    await start();
  } catch (error) {
    log.warn({ error, port }, 'health and metrics cannot be served; trying again');
    setTimeout(() => void keepHealthServer(port, log, start), RETRY_MS).unref();
  }
}

/** Serves `/healthz`, `/readyz` and `/metrics` on 127.0.0.1. Rejects when the port is taken. */
export async function startHealthServer(
  port: number,
  readiness: Readiness,
  metricsText: () => Promise<string>,
): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((request, response) => {
    const answer = (code: number, body: string) => response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
    switch (request.url?.split('?')[0]) {
      case '/healthz':
      case '/livez':
        return answer(200, 'ok');
      case '/readyz':
        if (readiness.isReady) return answer(200, 'ok');
        return answer(503, `waiting for: ${readiness.waitingFor.join(', ')}\n`);
      case '/metrics':
        return void metricsText().then(
          (text) => answer(200, text),
          (error: unknown) => answer(500, String(error)),
        );
      default:
        return answer(404, 'not found\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      // From here on errors are those of accept (no descriptors left): the server itself goes on.
      server.on('error', () => {});
      resolve();
    });
  });
  server.unref();
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

import type { IncomingMessage } from 'node:http';
import { NetworkError, refusalText } from '@kubernats/net';
import { serveHttp } from '../../adapters/http.ts';
import { defineImage, type ImageContext } from '../../image.ts';
import { controlPaths } from '../control-paths.ts';

/** What an answer takes of a core, in milliseconds: next to nothing, unless the container is throttled (P5). */
const CPU_MS_PER_REQUEST = 0.2;

/** Answers HTTP with who and where it is. Every image that kubernats does not know runs as this one. */
export const echo = defineImage({
  names: ['nginx', 'httpd', 'caddy', 'traefik/whoami'],
  defaultPorts: [80],
  memoryBytes: 4 * 1024 * 1024,
  async run(context) {
    const control = controlPaths(context);
    const ports = context.ports.filter((port) => port.protocol === 'TCP');
    for (const { containerPort } of ports) {
      const listening = await listen(context, containerPort, async (request, response, connection) => {
        if (control.handle(request, response)) return;
        await context.meter.work(CPU_MS_PER_REQUEST);
        const facts = describe(context, request, containerPort, connection.remote.host);
        const json = request.headers.accept?.includes('application/json') === true;
        const body = json ? `${JSON.stringify(facts, null, 2)}\n` : asText(facts);
        request.resume();
        response.writeHead(200, { 'content-type': json ? 'application/json' : 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body), server: 'kubernats' });
        response.end(request.method === 'HEAD' ? undefined : body);
        // Probes come every few seconds for ever: they would be all that the log says, and on many Pods all that the node does.
        if (request.headers['user-agent']?.startsWith('kube-probe/')) return;
        context.stdout(`${connection.remote.host} - "${request.method} ${request.url} HTTP/${request.httpVersion}" 200\n`);
      });
      if (listening) context.stdout(`listening on ${context.network.ip}:${containerPort}\n`);
    }
    if (ports.length === 0) context.stdout('no container port is declared: nothing to listen on\n');
    return Promise.race([untilStopped(context), control.exited]);
  },
});

/**
 * On a real node the container would have the right to any port. Where this machine's kernel does not give it, that is said, with what helps, and the
 * container lives on without the port.
 */
async function listen(context: ImageContext, port: number, answer: Parameters<typeof serveHttp>[2]): Promise<boolean> {
  try {
    await serveHttp(context.network, port, answer);
    return true;
  } catch (error) {
    if (!(error instanceof NetworkError) || error.code !== 'EACCES') throw error;
    const text = refusalText(`TCP ${context.network.ip}:${port}`, port, error);
    context.event('Warning', 'PortNotOpened', text);
    context.stderr(`${text}\n`);
    return false;
  }
}

function describe(context: ImageContext, request: IncomingMessage, port: number, client: string) {
  return {
    pod: context.pod.name,
    namespace: context.pod.namespace,
    node: context.node.name,
    ip: context.network.ip,
    container: context.container,
    image: context.image,
    port,
    client,
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
  };
}

function asText(facts: ReturnType<typeof describe>): string {
  const { headers, ...rest } = facts;
  const lines = Object.entries(rest).map(([name, value]) => `${name}: ${value}`);
  for (const [name, value] of Object.entries(headers)) lines.push(`header ${name}: ${String(value)}`);
  return `${lines.join('\n')}\n`;
}

/** A well-behaved server: stops at SIGTERM, SIGINT and SIGQUIT, with exit code 0. */
export function untilStopped(context: ImageContext): Promise<number> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) context.onSignal(name, () => resolve(0));
  });
}

import type { IncomingMessage } from 'node:http';
import { serveHttp } from '../../adapters/http.ts';
import { defineImage, type ImageContext } from '../../image.ts';

/** Answers HTTP with who and where it is. Every image that kubernats does not know runs as this one. */
export const echo = defineImage({
  names: ['nginx', 'httpd', 'caddy', 'traefik/whoami'],
  defaultPorts: [80],
  async run(context) {
    const ports = context.ports.filter((port) => port.protocol === 'TCP');
    for (const { containerPort } of ports) {
      await serveHttp(context.network, containerPort, (request, response, connection) => {
        const facts = describe(context, request, containerPort, connection.remote.host);
        const json = request.headers.accept?.includes('application/json') === true;
        const body = json ? `${JSON.stringify(facts, null, 2)}\n` : asText(facts);
        request.resume();
        response.writeHead(200, { 'content-type': json ? 'application/json' : 'text/plain; charset=utf-8', server: 'kubernats' });
        response.end(request.method === 'HEAD' ? undefined : body);
        context.stdout(`${connection.remote.host} - "${request.method} ${request.url} HTTP/${request.httpVersion}" 200\n`);
      });
      context.stdout(`listening on ${context.network.ip}:${containerPort}\n`);
    }
    if (ports.length === 0) context.stdout('no container port is declared: nothing to listen on\n');
    return untilStopped(context);
  },
});

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

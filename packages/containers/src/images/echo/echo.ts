import type { IncomingMessage } from 'node:http';
import { defineImage, type ImageContext } from '../../image.ts';
import { reply } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { untilStopped } from '../../web/until-stopped.ts';

/** Answers HTTP with who and where it is. Every image that kubernats does not know runs as this one, on the ports that its manifest declares. */
export const echo = defineImage({
  names: ['kubernats/echo'],
  defaultPorts: [8080],
  async run(context) {
    const ports = context.ports.filter((port) => port.protocol === 'TCP');
    for (const { containerPort } of ports) {
      const listening = await serveHttp(
        context,
        containerPort,
        (request, response, client) => {
          const facts = describe(context, request, containerPort, client.host);
          const json = request.headers.accept?.includes('application/json') === true;
          request.resume();
          reply(response, 200, json ? `${JSON.stringify(facts, null, 2)}\n` : asText(facts), {
            'content-type': json ? 'application/json' : 'text/plain; charset=utf-8',
            server: 'kubernats',
          });
        },
        {
          served({ client, method, target, version, status, header }) {
            // Probes come every few seconds for ever: they would be all that the log says.
            if (header('user-agent').startsWith('kube-probe/')) return;
            context.stdout(`${client} - "${method} ${target} ${version}" ${status}\n`);
          },
        },
      );
      if (listening) context.stdout(`listening on ${context.network.ip}:${containerPort}\n`);
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

import { bodyOf, canonicalHeaders, reply } from '../../web/reply.ts';
import { serverImage } from '../../web/server-image.ts';

/** Answers with the request itself and the host that served it: the one of minikube's first steps. */
export const echoServer = serverImage({
  names: ['jmalloc/echo-server', 'kicbase/echo-server', 'ambassador/echo-server'],
  program: 'echo-server',
  port: 8080,
  shell: false,
  start: ({ env }) => ({ port: env.PORT }),
  greeting: (port) => `Echo server listening on port ${port}.`,
  accessLine: ({ client, method, target }) => `${client} | ${method} ${target}`,
  async answer({ env, hostname }, request, response) {
    const shown = String(request.headers['x-send-server-hostname'] ?? env.SEND_SERVER_HOSTNAME).toLowerCase() !== 'false';
    const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`, '', `Host: ${request.headers.host ?? ''}`];
    for (const [name, value] of canonicalHeaders(request)) lines.push(`${name}: ${value}`);
    const body = (await bodyOf(request)).toString();
    const text = `${shown ? `Request served by ${hostname}\n\n` : ''}${lines.join('\n')}\n${body === '' ? '' : `\n${body}`}`;
    const headers = Object.entries(env).flatMap(([name, value]) =>
      name.startsWith('SEND_HEADER_') ? [[name.slice(12).replaceAll('_', '-').toLowerCase(), value]] : [],
    );
    reply(response, 200, text, { 'content-type': 'text/plain', ...Object.fromEntries(headers) });
  },
});

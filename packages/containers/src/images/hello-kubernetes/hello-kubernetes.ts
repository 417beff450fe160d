import { reply, urlOf } from '../../web/reply.ts';
import { serverImage } from '../../web/server-image.ts';

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** A page with a message (`MESSAGE`), and the Pod and node that served it. */
export const helloKubernetes = serverImage({
  names: ['paulbouwer/hello-kubernetes'],
  program: 'npm',
  entrypoint: [],
  defaultArgs: ['npm', 'start'],
  port: 8080,
  start: ({ env }) => ({ port: env.PORT ?? env.HANDLER_PORT }),
  greeting: (port) => `Listening on: http://localhost:${port}`,
  answer(context, request, response) {
    request.resume();
    const { pathname } = urlOf(request);
    const prefix = (context.env.HANDLER_PATH_PREFIX ?? '').replace(/^\/?(.+?)\/?$/, '/$1');
    if (pathname === '/healthz') return reply(response, 200, '');
    if (pathname !== prefix && pathname !== `${prefix}/`) return reply(response, 404, `Cannot GET ${pathname}\n`);
    const rows = [
      ['namespace', context.env.KUBERNETES_NAMESPACE ?? '-'],
      ['pod', context.env.KUBERNETES_POD_NAME ?? context.hostname],
      ['node', context.env.KUBERNETES_NODE_NAME ?? '-'],
    ];
    const table = rows.map(([name, value = '']) => `    <tr><th>${name}:</th><td>${escapeHtml(value)}</td></tr>`).join('\n');
    const message = escapeHtml(context.env.MESSAGE ?? 'Hello world!');
    const page = `<!DOCTYPE html>\n<html>\n<head>\n  <title>Hello Kubernetes!</title>\n</head>\n<body>\n  <div id="message">\n  ${message}\n  </div>\n  <table>\n${table}\n  </table>\n</body>\n</html>\n`;
    reply(response, 200, page, { 'content-type': 'text/html; charset=utf-8' });
  },
});

import { bodyOf, replyJson, urlOf } from '../../web/reply.ts';
import { serverImage } from '../../web/server-image.ts';

/** Answers with the request as JSON, and logs it. (Its HTTPS port is not simulated.) */
export const mendhakEcho = serverImage({
  names: ['mendhak/http-https-echo'],
  program: 'node',
  entrypoint: ['node', './index.js'],
  port: 8080,
  start: ({ env }) => ({ port: env.HTTP_PORT }),
  greeting: (port) => `Listening on ports ${port} for http.`,
  async answer(context, request, response, client) {
    const url = urlOf(request);
    const body = (await bodyOf(request)).toString();
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    const facts = {
      ...{
        path: url.pathname,
        headers: request.headers,
        method: request.method,
        body,
        fresh: false,
        hostname: host,
        ip: client.host,
        ips: [],
      },
      ...{ protocol: 'http', query: Object.fromEntries(url.searchParams), subdomains: host.split('.').slice(0, -2).reverse(), xhr: false },
      os: { hostname: context.hostname },
      connection: {},
    };
    if (context.env.LOG_WITHOUT_NEWLINE !== undefined) context.stdout(`${JSON.stringify(facts)}\n`);
    else context.stdout(`-----------------\n${JSON.stringify(facts, null, 4)}\n`);
    const status = Number(request.headers['x-set-response-status-code'] ?? url.searchParams.get('x-set-response-status-code') ?? 200);
    replyJson(response, status >= 200 && status <= 599 ? status : 200, facts, 2);
  },
});

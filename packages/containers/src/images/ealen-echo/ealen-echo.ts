import { bodyOf, reply, urlOf } from '../../web/reply.ts';
import { serverImage } from '../../web/server-image.ts';

/** Answers with everything that it knows, as JSON; `?echo_code=`, `echo_body=`, `echo_time=`, `echo_header=` and `echo_env_body=` change the answer. */
export const ealenEcho = serverImage({
  names: ['ealen/echo-server', 'ealenn/echo-server'],
  program: 'webserver',
  port: 80,
  start: ({ env }) => ({ port: env.PORT }),
  greeting: (port) => `Listening on port ${port}.`,
  accessLine: (access) =>
    JSON.stringify({
      name: 'echo-server',
      msg: `${new Date(access.atMs).toUTCString()} | [${access.method}] - http://${access.header('host')}${access.target}`,
    }),
  async answer({ env, hostname, clock }, request, response, client) {
    const url = urlOf(request);
    const body = (await bodyOf(request)).toString();
    const asked = (name: string): string | undefined => {
      const header = request.headers[`x-echo-${name.replace('_', '-')}`];
      return url.searchParams.get(`echo_${name}`) ?? (header === undefined ? undefined : String(header));
    };
    const delayMs = Math.min(Number(asked('time') ?? 0) || 0, 60_000);
    if (delayMs > 0) await clock.sleep(delayMs);
    // Several codes: one of them, in turn by the time.
    const codes = (asked('code') ?? '200').split('-').filter((code) => /^[2-5]\d\d$/.test(code));
    const status = Number(codes[Math.floor(clock.now()) % (codes.length || 1)] ?? 200);
    const headers = Object.fromEntries(
      (asked('header') ?? '').split(',').flatMap((pair) => {
        const [, name, value] = /^\s*([\w-]+):\s*([\x20-\x7e]*)$/.exec(pair) ?? [];
        return name === undefined ? [] : [[name.toLowerCase(), value ?? '']];
      }),
    );
    const text = asked('body') ?? (asked('env_body') === undefined ? undefined : (env[asked('env_body') ?? ''] ?? ''));
    if (text !== undefined)
      return reply(response, status, JSON.stringify(text), { 'content-type': 'application/json; charset=utf-8', ...headers });
    const facts = {
      host: { hostname: (request.headers.host ?? '').replace(/:\d+$/, ''), ip: `::ffff:${client.host}`, ips: [] },
      http: { method: request.method, baseUrl: '', originalUrl: request.url, protocol: 'http' },
      request: {
        params: { '0': url.pathname },
        query: Object.fromEntries(url.searchParams),
        cookies: {},
        body: parsed(body),
        headers: request.headers,
      },
      environment: { ...env, HOSTNAME: hostname },
    };
    reply(response, status, JSON.stringify(facts), { 'content-type': 'application/json; charset=utf-8', ...headers });
  },
});

function parsed(body: string): unknown {
  if (body === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseDuration } from '@kubernats/apimachinery';
import type { Address } from '@kubernats/net';
import type { ImageContext } from '../../image.ts';
import { parseFlags, portOf } from '../../programs/flags.ts';
import { programImage } from '../../programs/program-image.ts';
import { parseBytes } from '../../texts/bytes.ts';
import { slashedTime } from '../../texts/time.ts';
import { commonLog } from '../../web/access.ts';
import { bodyOf, canonicalHeaders, reply, urlOf } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { untilStopped } from '../../web/until-stopped.ts';

/** As much as one answer of `/data` may hold: real files of terabytes are not what a simulation is for. */
const DATA_MAX_BYTES = 64 * 1024 * 1024;
const PATTERN = '-ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Tells who serves and what was asked: the image that shows load balancing. */
export const whoami = programImage({
  names: ['traefik/whoami', 'containous/whoami'],
  defaultPorts: [80],
  shell: false,
  entrypoint: ['/whoami'],
  programs: {
    async whoami(context, words) {
      const { env } = context;
      const { values } = parseFlags(words.slice(1), { port: env.WHOAMI_PORT_NUMBER || '80', name: env.WHOAMI_NAME ?? '', verbose: false });
      const health = { status: 200 };
      await serveHttp(
        context,
        portOf(values.port),
        (request, response, client) => answer({ context, name: values.name, health }, request, response, client),
        {
          served: (access) => (values.verbose ? context.stdout(`${slashedTime(access.atMs)} ${commonLog(access)}\n`) : undefined),
        },
      );
      void context.stderr(`${slashedTime(context.clock.now())} Starting up on port ${values.port}\n`);
      return untilStopped(context);
    },
  },
});

interface Whoami {
  context: ImageContext;
  name: string;
  health: { status: number };
}

async function answer(self: Whoami, request: IncomingMessage, response: ServerResponse, client: Address): Promise<void> {
  const url = urlOf(request);
  switch (url.pathname) {
    case '/bench':
      request.resume();
      return reply(response, 200, '1', { 'content-type': 'text/plain', connection: 'keep-alive' });
    case '/data':
      request.resume();
      return reply(
        response,
        200,
        dataOf(url),
        url.searchParams.get('attachment') === 'true' ? { 'content-disposition': 'Attachment' } : {},
      );
    case '/health':
      return health(self, request, response);
    case '/api':
      request.resume();
      return reply(response, 200, `${JSON.stringify(facts(self, request, client))}\n`, { 'content-type': 'application/json' });
    default:
      await waitAsked(self, url);
      return reply(response, 200, await describe(self, request, client));
  }
}

/** `?wait=2s` answers later. */
async function waitAsked({ context: { clock } }: Whoami, url: URL): Promise<void> {
  const waitMs = parseDuration(url.searchParams.get('wait') ?? '', 's');
  if (waitMs !== undefined) await clock.sleep(waitMs);
}

async function describe({ context, name }: Whoami, request: IncomingMessage, client: Address): Promise<string> {
  const body = await bodyOf(request);
  const lines = [
    ...(name === '' ? [] : [`Name: ${name}`]),
    `Hostname: ${context.hostname}`,
    'IP: 127.0.0.1',
    `IP: ${context.network.ip}`,
    `RemoteAddr: ${client.host}:${client.port}`,
  ];
  const head = [`${request.method} ${request.url} HTTP/1.1`, `Host: ${request.headers.host ?? ''}`];
  for (const [header, value] of canonicalHeaders(request)) head.push(`${header}: ${value}`);
  return `${lines.join('\n')}\n${head.join('\r\n')}\r\n\r\n${body.toString()}`;
}

function facts({ context, name }: Whoami, request: IncomingMessage, client: Address) {
  const headers: Record<string, string[]> = {};
  for (const [header, value] of canonicalHeaders(request)) headers[header] = [value];
  return {
    hostname: context.hostname,
    ip: ['127.0.0.1', context.network.ip],
    headers,
    url: request.url,
    host: request.headers.host,
    method: request.method,
    ...(name === '' ? {} : { name }),
    remoteAddr: `${client.host}:${client.port}`,
  };
}

async function health({ context, health: state }: Whoami, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    request.resume();
    return reply(response, state.status, '');
  }
  const text = (await bodyOf(request)).toString().trim();
  if (!/^[1-5]\d\d$/.test(text)) return reply(response, 400, `invalid status code ${JSON.stringify(text)}\n`);
  state.status = Number(text);
  context.stdout(`Update health check status code [${text}]\n`);
  reply(response, 200, '');
}

function dataOf({ searchParams }: URL): Uint8Array {
  const size = parseBytes(`${Number.parseInt(searchParams.get('size') ?? '1', 10) || 0}${searchParams.get('unit') ?? ''}`) ?? 1;
  const data = Buffer.alloc(Math.min(Math.max(size, 0), DATA_MAX_BYTES));
  for (let i = 0; i < data.length; i++) data[i] = PATTERN.charCodeAt(i % PATTERN.length);
  if (data.length > 0) data[0] = '|'.charCodeAt(0);
  if (data.length > 1) data[data.length - 1] = '|'.charCodeAt(0);
  return data;
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseDuration } from '@kubernats/apimachinery';
import type { Address } from '@kubernats/net';
import type { ImageContext } from '../../image.ts';
import { numberFlag, parseFlags } from '../../programs/flags.ts';
import { slashedTime } from '../../texts/time.ts';
import { bodyOf, reply, urlOf } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { beforeStop, stopNow, untilStopped } from '../../web/until-stopped.ts';
import { dialMany } from './dial.ts';
import { runShellCommand } from './shell-command.ts';

interface Netexec {
  context: ImageContext;
  log(text: string): void;
  /** The UDP server answers. */
  udpReady: boolean;
}

/** An HTTP server (8080) that does what its paths say, and a UDP server (8081) with a few commands. */
export async function netexec(context: ImageContext, words: readonly string[]): Promise<number> {
  const table = {
    'http-port': '8080',
    'udp-port': '8081',
    'sctp-port': '-1',
    'http-override': '',
    'delay-shutdown': '0',
    'udp-listen-addresses': '',
  };
  const { values } = parseFlags(words.slice(1), table);
  const log = (text: string): void => void context.stderr(`${slashedTime(context.clock.now())} ${text}\n`);
  const self: Netexec = { context, log, udpReady: false };
  const udpPort = numberFlag('udp-port', values['udp-port']);
  if (udpPort > 0) {
    await context.network.bindUdp({ host: '0.0.0.0', port: udpPort }, ({ data, from }, socket) => {
      const answer = answerUdp(self, Buffer.from(data).toString().trim(), from);
      if (answer !== undefined) socket.send(Buffer.from(answer), from);
    });
    self.udpReady = true;
    log(`Started UDP server on port  ${udpPort}`);
  } else self.udpReady = true;
  const httpPort = numberFlag('http-port', values['http-port']);
  const override = values['http-override'];
  await serveHttp(context, httpPort, (request, response, client) => {
    if (override !== '') request.url = override;
    return answer(self, request, response, client);
  });
  log(`Started HTTP server on port ${httpPort}`);
  const delayMs = numberFlag('delay-shutdown', values['delay-shutdown']) * 1000;
  if (delayMs > 0) beforeStop(context, () => context.clock.sleep(delayMs));
  return untilStopped(context);
}

function answerUdp({ context, log }: Netexec, text: string, from: Address): string | undefined {
  log(`UDP request from ${from.host}: ${text}`);
  const [, command = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(text) ?? [];
  if (command.toLowerCase() === 'hostname') return context.hostname;
  if (command === 'echo') return rest;
  if (command === 'clientip') return `${from.host}:${from.port}`;
  return undefined;
}

async function answer(self: Netexec, request: IncomingMessage, response: ServerResponse, client: Address): Promise<void> {
  const { context } = self;
  const url = urlOf(request);
  const form = new URLSearchParams(url.search);
  const body = await bodyOf(request);
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of new URLSearchParams(body.toString())) if (!form.has(name)) form.set(name, value);
  }
  const value = (name: string): string => form.get(name) ?? '';
  self.log(`GET ${request.url}`);
  switch (url.pathname) {
    case '/clientip':
      return reply(response, 200, `${client.host}:${client.port}`);
    case '/serverport':
      return reply(response, 200, request.headers.host?.split(':')[1] ?? '80');
    case '/hostname':
    case '/hostName':
      return reply(response, 200, context.hostname);
    case '/header':
      return reply(response, 200, String(request.headers[value('key').toLowerCase()] ?? ''));
    case '/healthz':
      return reply(response, self.udpReady ? 200 : 412, '');
    case '/echo': {
      const status = Number(value('code') || 200);
      if (!Number.isInteger(status) || status < 200 || status > 599)
        return reply(response, 200, `argument 'code' must be an integer or empty, got ${JSON.stringify(value('code'))}\n`);
      return reply(response, status, value('msg'));
    }
    case '/redirect':
      return reply(response, Number(value('code') || 302), '', { location: value('location') });
    case '/exit':
      return exit(self, response, value('code'), value('wait'));
    case '/shutdown':
      return stopNow(context, 0);
    case '/dial':
      return dialMany(context, form, response);
    case '/shell':
      return runShellCommand(context, value('shellCommand') || value('cmd'), response);
    default:
      return reply(response, 200, `NOW: ${new Date(context.clock.now()).toISOString().replace('T', ' ').replace('Z', '')} +0000 UTC`);
  }
}

async function exit({ context }: Netexec, response: ServerResponse, codeText: string, waitText: string): Promise<void> {
  const waitMs = waitText === '' ? 0 : parseDuration(waitText, 'ns');
  if (waitMs === undefined)
    return reply(response, 200, `argument 'wait' must be a valid golang duration or empty, got ${JSON.stringify(waitText)}\n`);
  const code = Number(codeText || 0);
  if (!Number.isInteger(code) || code < 0 || code > 127)
    return reply(response, 200, `argument 'code' must be an integer [0-127] or empty, got ${JSON.stringify(codeText)}\n`);
  await context.clock.sleep(waitMs);
  stopNow(context, code);
}

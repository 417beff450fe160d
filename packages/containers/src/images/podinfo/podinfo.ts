import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ImageContext } from '../../image.ts';
import { parseFlags, portOf } from '../../programs/flags.ts';
import { programImage } from '../../programs/program-image.ts';
import { bodyOf, canonicalHeaders, reply, replyJson, urlOf } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { stopNow, untilStopped } from '../../web/until-stopped.ts';
import { RequestMetrics } from './metrics.ts';

const FLAGS = {
  ...{ port: '9898', 'grpc-port': '0', 'port-metrics': '0', level: 'info', 'ui-message': '', 'ui-color': '', 'config-path': '' },
  ...{ 'random-delay': false, 'random-error': false, unhealthy: false, unready: false, h2c: false, 'cache-server': '', 'backend-url': '' },
};
const DELAY_MAX_S = 600;
/** As a crash of a Go program, with the exit code that it chose. */
const PANIC_EXIT = 255;

/** A small microservice with health, readiness, errors and delays at will. */
export const podinfo = programImage({
  names: ['stefanprodan/podinfo'],
  defaultPorts: [9898],
  defaultArgs: ['./podinfo'],
  programs: { podinfo: runPodinfo },
});

class Podinfo {
  readonly context: ImageContext;
  readonly version: string;
  readonly message: string;
  readonly color: string;
  readonly metrics = new RequestMetrics();
  readonly configPath: string;
  healthy: boolean;
  ready: boolean;

  constructor(context: ImageContext, flags: Record<keyof typeof FLAGS, string | boolean>) {
    const { env, image } = context;
    this.context = context;
    this.version = /:v?(\d+\.\d+\.\d+)/.exec(image.slice(image.lastIndexOf('/')))?.[1] ?? '6.9.2';
    this.message = String(flags['ui-message'] || env.PODINFO_UI_MESSAGE || `greetings from podinfo v${this.version}`);
    this.color = String(flags['ui-color'] || env.PODINFO_UI_COLOR || '#34577c');
    this.configPath = String(flags['config-path'] || env.PODINFO_CONFIG_PATH || '');
    this.healthy = flags.unhealthy !== true;
    this.ready = flags.unready !== true;
  }

  get info() {
    const { hostname } = this.context;
    return {
      ...{ hostname, version: this.version, revision: 'unknown', color: this.color, logo: '', message: this.message },
      ...{ goos: 'linux', goarch: 'amd64', runtime: 'kubernats', num_goroutine: '8', num_cpu: '2' },
    };
  }
}

async function runPodinfo(context: ImageContext, words: readonly string[]): Promise<number> {
  const { values } = parseFlags(words.slice(1), FLAGS);
  const self = new Podinfo(context, values);
  const log = (msg: string, more: Record<string, string | number> = {}): void =>
    void context.stdout(`${JSON.stringify({ level: 'info', ts: new Date(context.clock.now()).toISOString(), msg, ...more })}\n`);
  const port = portOf(String(context.env.PODINFO_PORT ?? values.port));
  await serveHttp(context, port, (request, response) => answer(self, request, response), {
    served: ({ method, target, status }) => self.metrics.count(method, target.split('?')[0] ?? '', status),
  });
  log('Starting podinfo', { version: self.version, port: String(port) });
  return untilStopped(context);
}

async function answer(self: Podinfo, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { context } = self;
  const { pathname } = urlOf(request);
  const [, first = '', second = ''] = pathname.split('/');
  const body = await bodyOf(request);
  const fail = (status: number): void => replyJson(response, status, { code: status, message: 'error' }, 2);
  switch (first) {
    case '':
    case 'api':
      return replyJson(response, 200, self.info, 2);
    case 'version':
      return replyJson(response, 200, { version: self.version, commit: 'unknown' }, 2);
    case 'healthz':
      return self.healthy ? replyJson(response, 200, { status: 'OK' }, 2) : fail(503);
    case 'readyz':
      if (second === 'enable' || second === 'disable') {
        self.ready = second === 'enable';
        return replyJson(response, 202, { status: 'OK' }, 2);
      }
      return self.ready ? replyJson(response, 200, { status: 'OK' }, 2) : fail(503);
    case 'env':
      return replyJson(
        response,
        200,
        Object.entries(context.env).map(([name, value]) => `${name}=${value}`),
        2,
      );
    case 'headers':
      return replyJson(response, 200, Object.fromEntries(canonicalHeaders(request).map(([name, value]) => [name, [value]])), 2);
    case 'configs':
      return replyJson(response, 200, await configs(self), 2);
    case 'echo':
      return reply(response, 202, body, { 'content-type': 'application/json; charset=utf-8' });
    case 'status': {
      const status = Number(second);
      return Number.isInteger(status) && status >= 200 && status <= 599 ? replyJson(response, status, { status }, 2) : fail(400);
    }
    case 'delay':
    case 'chunked': {
      const seconds = Number(second);
      if (second === '' || !(seconds >= 0) || seconds > DELAY_MAX_S) return fail(400);
      await context.clock.sleep(seconds * 1000);
      return replyJson(response, 200, { delay: seconds }, 2);
    }
    case 'metrics':
      return reply(response, 200, self.metrics.text(), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    case 'panic':
      void context.stderr('Panic command received\n');
      return stopNow(context, PANIC_EXIT);
    default:
      return reply(response, 404, '404 page not found\n');
  }
}

/** The files of `--config-path`: a mounted ConfigMap. */
async function configs({ context: { files }, configPath }: Podinfo): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  if (configPath === '' || (await files.stat(configPath))?.kind !== 'directory') return found;
  for (const name of await files.list(configPath)) {
    const path = `${configPath}/${name}`;
    if (!name.startsWith('..') && (await files.stat(path))?.kind === 'file') found[name] = new TextDecoder().decode(await files.read(path));
  }
  return found;
}

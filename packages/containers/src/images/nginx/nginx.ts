import type { IncomingMessage, ServerResponse } from 'node:http';
import { NetworkError } from '@kubernats/net';
import type { ImageContext } from '../../image.ts';
import { ProgramExit } from '../../programs/program-exit.ts';
import { programImage } from '../../programs/program-image.ts';
import { slashedTime } from '../../texts/time.ts';
import { combinedLog } from '../../web/access.ts';
import { proxyTo } from '../../web/proxy.ts';
import { reply, urlOf } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { provide, serveStatic } from '../../web/static-files.ts';
import { untilStopped } from '../../web/until-stopped.ts';
import { ConfigError } from './config.ts';
import { SERVER, statusPage, WELCOME } from './pages.ts';
import { HTML, type Location, locationFor, type Site, sitesOf } from './sites.ts';

/** A web server: the files of /usr/share/nginx/html, or what a mounted configuration says. */
export const nginx = nginxImage(['nginx'], 80);

/** The same for ordinary users, on a port that they may open. */
export const nginxUnprivileged = nginxImage(['nginxinc/nginx-unprivileged', 'bitnami/nginx', 'bitnamilegacy/nginx'], 8080);

function nginxImage(names: string[], port: number) {
  return programImage({
    names,
    defaultPorts: [port],
    defaultArgs: ['nginx', '-g', 'daemon off;'],
    programs: {
      nginx: (context, words) => runNginx(context, words, port),
      'nginx-debug': (context, words) => runNginx(context, words, port),
      'docker-entrypoint.sh': (context, words) => runNginx(context, words.slice(1), port),
    },
  });
}

async function runNginx(context: ImageContext, words: readonly string[], port: number): Promise<number> {
  if (words.includes('-v') || words.includes('-V')) {
    void context.stderr(`nginx version: ${SERVER}\n`);
    return 0;
  }
  await provide(context.files, HTML, { 'index.html': WELCOME, '50x.html': statusPage(500) });
  const sites = await readSites(context, port);
  if (words.includes('-t')) {
    void context.stderr(
      'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n',
    );
    return 0;
  }
  context.stdout('/docker-entrypoint.sh: Configuration complete; ready for start up\n');
  const byPort = new Map<number, Site>();
  // The first server of a port answers for all of its names.
  for (const site of sites) for (const one of site.ports) if (!byPort.has(one)) byPort.set(one, site);
  for (const [one, site] of byPort) await listen(context, one, site);
  const notice = (text: string): void => void context.stderr(`${slashedTime(context.clock.now())} [notice] 1#1: ${text}\n`);
  notice(SERVER);
  notice('start worker processes');
  return untilStopped(context);
}

async function readSites(context: ImageContext, port: number): Promise<Site[]> {
  try {
    return await sitesOf(context.files, port);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ProgramExit(1, `${slashedTime(context.clock.now())} [emerg] 1#1: ${error.message}\nnginx: [emerg] ${error.message}`);
  }
}

async function listen(context: ImageContext, port: number, site: Site): Promise<void> {
  try {
    await serveHttp(context, port, (request, response) => answer(context, site, request, response), {
      served: (access) => context.stdout(`${combinedLog(access)} "${access.header('x-forwarded-for')}"\n`),
    });
  } catch (error) {
    if (!(error instanceof NetworkError) || error.code !== 'EADDRINUSE') throw error;
    throw new ProgramExit(1, `nginx: [emerg] bind() to 0.0.0.0:${port} failed (98: Address already in use)`);
  }
}

async function answer(context: ImageContext, site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = urlOf(request);
  const location = locationFor(site, url.pathname);
  if (!location) return reply(response, 404, statusPage(404), { 'content-type': 'text/html', server: SERVER });
  if (location.answer) return answerFixed(location.answer, request, response);
  if (location.proxy !== undefined) {
    const proxied = await proxyTo(context, pathBehind(location, url), request, response);
    if (!proxied) reply(response, 502, statusPage(502), { 'content-type': 'text/html', server: SERVER });
    return;
  }
  const aliased = location.alias !== undefined;
  if (aliased) request.url = `/${url.pathname.slice(location.path.length)}${url.search}`;
  await serveStatic(
    {
      files: context.files,
      root: location.alias ?? location.root,
      index: location.index,
      headers: { server: SERVER },
      errorPage: statusPage,
    },
    request,
    response,
  );
}

function answerFixed({ status, text }: { status: number; text: string }, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const redirects = [301, 302, 303, 307, 308].includes(status);
  const page = redirects || text === '' ? statusPage(status) : text;
  const type = text === '' || redirects ? 'text/html' : 'text/plain';
  reply(response, status, page, { server: SERVER, 'content-type': type, ...(redirects ? { location: text } : {}) });
}

/** `proxy_pass` with a path replaces the location's own; without one the request's path is passed on as it is. */
function pathBehind({ proxy = '', path }: Location, { pathname, search }: URL): string {
  const [, origin = proxy, own] = /^(https?:\/\/[^/]+)(\/.*)?$/.exec(proxy) ?? [];
  return `${origin}${own === undefined ? pathname : own + pathname.slice(path.length)}${search}`;
}

import type { ImageContext } from '../../image.ts';
import { portOf } from '../../programs/flags.ts';
import { ProgramExit } from '../../programs/program-exit.ts';
import { programImage } from '../../programs/program-image.ts';
import { proxyTo } from '../../web/proxy.ts';
import { reply, urlOf } from '../../web/reply.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { provide, serveStatic } from '../../web/static-files.ts';
import { untilStopped } from '../../web/until-stopped.ts';
import { type CaddySite, parseCaddyfile } from './caddyfile.ts';

const ROOT = '/usr/share/caddy';
const CADDYFILE = '/etc/caddy/Caddyfile';
const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Caddy works!</title>
</head>
<body>
<h1>Congratulations! Caddy works!</h1>
<p>This Caddy is simulated by kubernats. It serves the files of /usr/share/caddy, or what /etc/caddy/Caddyfile says.</p>
</body>
</html>
`;

/** Caddy: the files of /usr/share/caddy on port 80, or the sites of a mounted Caddyfile (plain HTTP only). */
export const caddy = programImage({ names: ['caddy'], defaultPorts: [80], defaultArgs: ['caddy', 'run'], programs: { caddy: run } });

async function run(context: ImageContext): Promise<number> {
  await provide(context.files, ROOT, { 'index.html': WELCOME });
  const mounted = await context.files.stat(CADDYFILE);
  const text =
    mounted?.kind === 'file'
      ? new TextDecoder().decode(await context.files.read(CADDYFILE))
      : ':80 {\n root * /usr/share/caddy\n file_server\n}';
  const sites = parseCaddyfile(text);
  if (typeof sites === 'string') throw new ProgramExit(1, `Error: adapting config using caddyfile: ${sites}`);
  for (const site of sites) await listen(context, site);
  void context.stderr(`${JSON.stringify({ level: 'info', ts: context.clock.now() / 1000, msg: 'serving initial configuration' })}\n`);
  return untilStopped(context);
}

async function listen(context: ImageContext, site: CaddySite): Promise<void> {
  await serveHttp(context, portOf(site.address), async (request, response) => {
    if (site.respond) {
      request.resume();
      return reply(response, site.respond.status, site.respond.text, { server: 'Caddy' });
    }
    if (site.proxy !== undefined) {
      const { pathname, search } = urlOf(request);
      const origin = site.proxy.includes('://') ? site.proxy : `http://${site.proxy}`;
      if (!(await proxyTo(context, `${origin}${pathname}${search}`, request, response))) reply(response, 502, '', { server: 'Caddy' });
      return;
    }
    if (!site.files) return reply(response, 200, '', { server: 'Caddy' });
    const { files } = context;
    const headers = { server: 'Caddy' };
    await serveStatic({ files, root: site.root, index: ['index.html', 'index.txt'], headers, errorPage: () => '' }, request, response);
  });
}

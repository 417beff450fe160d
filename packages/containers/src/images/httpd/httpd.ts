import { programImage } from '../../programs/program-image.ts';
import { commonLog } from '../../web/access.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { provide, type StaticSite, serveStatic } from '../../web/static-files.ts';
import { untilStopped } from '../../web/until-stopped.ts';

const PORT = 80;
const HTDOCS = '/usr/local/apache2/htdocs';
const SERVER = 'Apache/2.4.65 (Unix)';
const TITLES: Readonly<Record<number, [title: string, text: (path: string) => string]>> = {
  400: ['Bad Request', () => 'Your browser sent a request that this server could not understand.'],
  403: ['Forbidden', () => "You don't have permission to access this resource."],
  404: ['Not Found', () => 'The requested URL was not found on this server.'],
  405: ['Method Not Allowed', (path) => `The requested method is not allowed for ${path}.`],
};

/** Apache's web server: the files of /usr/local/apache2/htdocs, with a list for a folder without an index. */
export const httpd = programImage({
  names: ['httpd'],
  defaultPorts: [PORT],
  defaultArgs: ['httpd-foreground'],
  programs: { 'httpd-foreground': runHttpd, httpd: runHttpd },
});

async function runHttpd(context: Parameters<typeof serveHttp>[0]): Promise<number> {
  await provide(context.files, HTDOCS, { 'index.html': '<html><body><h1>It works!</h1></body></html>\n' });
  const site: StaticSite = {
    files: context.files,
    root: HTDOCS,
    index: ['index.html'],
    headers: { server: SERVER },
    errorPage,
    listing: (path, names) => {
      const items = [...(path === '/' ? [] : ['..']), ...names].map(
        (name) => `<li><a href="${escapeHtml(name)}"> ${escapeHtml(name)}</a></li>`,
      );
      const title = `Index of ${escapeHtml(path.replace(/(.)\/$/, '$1'))}`;
      return `<!DOCTYPE HTML>\n<html>\n <head>\n  <title>${title}</title>\n </head>\n <body>\n<h1>${title}</h1>\n<ul>${items.join('\n')}\n</ul>\n</body></html>\n`;
    },
  };
  await serveHttp(context, PORT, (request, response) => serveStatic(site, request, response), {
    served: (access) => context.stdout(`${commonLog(access)}\n`),
  });
  const say = (id: string, text: string): void =>
    void context.stderr(`[${apacheTime(context.clock.now())}] [${id}] [pid 1:tid 1] ${text}\n`);
  say('mpm_event:notice', `AH00489: ${SERVER} configured -- resuming normal operations`);
  say('core:notice', "AH00094: Command line: 'httpd -D FOREGROUND'");
  return untilStopped(context);
}

function errorPage(status: number, path: string): string {
  const [title = 'Error', text] = TITLES[status] ?? [];
  return `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${title}</title>\n</head><body>\n<h1>${title}</h1>\n<p>${text?.(escapeHtml(path)) ?? ''}</p>\n</body></html>\n`;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);

/** `Fri Nov 27 10:22:40.000000 2026`. */
function apacheTime(ms: number): string {
  const [weekday = '', day = '', month = '', year = ''] = new Date(ms).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${new Date(ms).toISOString().slice(11, 23)}000 ${year}`;
}

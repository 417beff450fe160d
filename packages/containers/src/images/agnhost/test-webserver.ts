import type { ImageContext } from '../../image.ts';
import { parseFlags, portOf } from '../../programs/flags.ts';
import { serveHttp } from '../../web/serve-http.ts';
import { serveStatic } from '../../web/static-files.ts';
import { untilStopped } from '../../web/until-stopped.ts';

/** Serves the container's whole file tree over HTTP. */
export async function testWebserver(context: ImageContext, words: readonly string[]): Promise<number> {
  const { values } = parseFlags(words.slice(1), { port: '80' });
  const { files } = context;
  const listing = (_path: string, names: readonly string[]): string =>
    `<pre>\n${names.map((name) => `<a href="${encodeURIComponent(name)}">${name}</a>`).join('\n')}\n</pre>\n`;
  const site = {
    files,
    root: '/',
    index: ['index.html'],
    errorPage: (status: number) => (status === 404 ? '404 page not found\n' : ''),
    listing,
  };
  await serveHttp(context, portOf(values.port), (request, response) => serveStatic(site, request, response));
  return untilStopped(context);
}

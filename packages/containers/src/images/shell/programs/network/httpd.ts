import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenHttp } from '../../../../adapters/http.ts';
import { codeOf } from '../../process/errors.ts';
import type { Invocation, Program } from '../../process/invocation.ts';
import { Process } from '../../process/process.ts';
import { absolute } from '../../tree/paths.ts';
import { flagsOf } from '../flags.ts';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  html: 'text/html',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
};

/** busybox' web server: `httpd [-f] [-v] [-p [ADDRESS:]PORT] [-h FOLDER]`. Without `-f` it goes on in the background. */
export const httpd: Program = async (run) => {
  const { flags, values } = flagsOf(run.args, 'phrmceud');
  const port = Number((values.get('p') ?? '80').replace(/^.*:/, ''));
  const folder = run.path(values.get('h') ?? '.');
  const { process, system } = run;
  const listener = await process.wait(
    listenHttp(system.network, port, (request, response, connection) => {
      answer(run, folder, request, response).catch(() => response.destroy());
      if (flags.has('v')) run.err(`[::ffff:${connection.remote.host}]:${connection.remote.port}: url:${request.url}\n`).catch(() => {});
    }),
  );
  const serve = (server: Process): Promise<number> => {
    server.onEnd(() => void listener.close());
    return server.sleep(Infinity).then(() => 0);
  };
  if (flags.has('f')) return serve(process);
  const daemon = new Process({ system, parent: process, argv: process.argv, env: run.env, cwd: '/', files: new Map(), ownGroup: true });
  void daemon.run(serve);
  return 0;
};

async function answer(run: Invocation, folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const { tree } = run.system;
  const say = (status: number, text: string, headers: Record<string, string> = {}): void => {
    const body = `<HTML><HEAD><TITLE>${status} ${text}</TITLE></HEAD>\n<BODY><H1>${status} ${text}</H1>\n</BODY></HTML>\n`;
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') return say(501, 'Not Implemented');
  let name: string;
  try {
    name = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
  } catch {
    return say(400, 'Bad Request');
  }
  // The dots are resolved below the folder, so that no name leads out of it.
  const path = folder === '/' ? absolute('/', name) : folder + absolute('/', name);
  try {
    const stat = await tree.stat(path);
    if (stat?.kind === 'directory' && !name.endsWith('/')) return say(302, 'Found', { location: `${name}/` });
    const file = stat?.kind === 'directory' ? `${path.replace(/\/$/, '')}/index.html` : path;
    const bytes = await tree.read(file);
    response.writeHead(200, {
      'content-type': TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
      'content-length': bytes.length,
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    say(404, 'Not Found');
  }
}

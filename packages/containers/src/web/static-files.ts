import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FileStat, Files } from '@kubernats/files';
import { reply, urlOf } from './reply.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  css: 'text/css',
  js: 'application/javascript',
  mjs: 'application/javascript',
  json: 'application/json',
  txt: 'text/plain',
  xml: 'text/xml',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  ico: 'image/x-icon',
  wasm: 'application/wasm',
  pdf: 'application/pdf',
};

/** What a web server adds to files. */
export interface StaticSite {
  files: Files;
  /** The folder that is served. */
  root: string;
  /** Names that stand for a folder. */
  index: readonly string[];
  /** Headers of every answer: `server`, say. */
  headers?: Readonly<Record<string, string>>;
  /** The page of an error. */
  errorPage(status: number, path: string): string;
  /** The page of a folder without an index; none: 403. */
  listing?(path: string, names: readonly string[]): string;
}

/** Answers GET and HEAD with a file, as web servers do: an index for a folder, a redirect to its slash, 304 for what the client has, 403, 404, 405. */
export async function serveStatic(site: StaticSite, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const { headers, files } = site;
  const fail = (status: number, path: string): void =>
    reply(response, status, site.errorPage(status, path), { 'content-type': 'text/html', ...headers });
  const path = decoded(urlOf(request).pathname);
  if (path === undefined) return fail(400, '/');
  if (request.method !== 'GET' && request.method !== 'HEAD') return fail(405, path);
  const place = `${site.root.replace(/\/+$/, '')}${path}`;
  const stat = await files.stat(place);
  if (!stat) return fail(404, path);
  if (stat.kind === 'file') return path.endsWith('/') ? fail(404, path) : send(site, place, stat, request, response);
  if (!path.endsWith('/')) return reply(response, 301, '', { location: `${path}/`, ...headers });
  for (const name of site.index) {
    const indexed = await files.stat(`${place}${name}`);
    if (indexed?.kind === 'file') return send(site, `${place}${name}`, indexed, request, response);
  }
  if (!site.listing) return fail(403, path);
  reply(response, 200, site.listing(path, await files.list(place)), { 'content-type': 'text/html;charset=UTF-8', ...headers });
}

async function send(site: StaticSite, place: string, stat: FileStat, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const type = TYPES[place.slice(place.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
  const etag = `"${Math.floor(stat.modifiedMs / 1000).toString(16)}-${stat.sizeBytes.toString(16)}"`;
  const headers = { ...site.headers, 'last-modified': new Date(stat.modifiedMs).toUTCString(), etag };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  reply(response, 200, await site.files.read(place), { ...headers, 'content-type': type });
}

/** The path without escapes and without steps upwards; undefined where the escapes are broken. */
function decoded(pathname: string): string | undefined {
  try {
    const plain = decodeURIComponent(pathname);
    if (plain.includes('\0')) return undefined;
    const parts: string[] = [];
    for (const part of plain.split('/')) {
      if (part === '..') parts.pop();
      else if (part !== '' && part !== '.') parts.push(part);
    }
    return `/${parts.join('/')}${plain.endsWith('/') && parts.length > 0 ? '/' : ''}`;
  } catch {
    return undefined;
  }
}

/** Writes what an image brings along, unless something is mounted there already. */
export async function provide(files: Files, folder: string, content: Readonly<Record<string, string>>): Promise<void> {
  if (await files.stat(folder)) return;
  await files.mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(content)) await files.write(`${folder}/${name}`, new TextEncoder().encode(text));
}

import { NetworkError } from '@kubernats/net';
import { fetchHttp } from '../../../../adapters/http.ts';
import { isNameError } from '../../../../network/pod-network.ts';
import { Complaint } from '../../process/errors.ts';
import type { Program } from '../../process/invocation.ts';
import { secondsOf } from '../launchers.ts';
import { within } from './within.ts';

const REDIRECTS_MAX = 5;

interface Request {
  url: string | undefined;
  output: string | undefined;
  folder: string | undefined;
  quiet: boolean;
  spider: boolean;
  showsHeaders: boolean;
  body: string | undefined;
  timeoutMs: number | undefined;
  headers: Record<string, string>;
}

function requestOf(args: readonly string[]): Request {
  const request: Request = {
    url: undefined,
    output: undefined,
    folder: undefined,
    quiet: false,
    spider: false,
    showsHeaders: false,
    body: undefined,
    timeoutMs: undefined,
    headers: {},
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg.startsWith('--')) {
      const [name, own] = arg.includes('=') ? [arg.slice(2, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1)] : [arg.slice(2), undefined];
      const value = (): string => own ?? rest.shift() ?? '';
      if (name === 'quiet') request.quiet = true;
      else if (name === 'spider') request.spider = true;
      else if (name === 'server-response') request.showsHeaders = true;
      else if (name === 'timeout') request.timeoutMs = (secondsOf(value()) ?? 0) * 1000;
      else if (name === 'tries' || name === 'user-agent') value();
      else if (name === 'output-document') request.output = value();
      else if (name === 'post-data') request.body = value();
      else if (name === 'header') addHeader(request.headers, value());
    } else if (/^-./.test(arg)) {
      for (let i = 1; i < arg.length; i++) {
        const letter = arg[i] ?? '';
        if (letter === 'q') request.quiet = true;
        if (letter === 'S') request.showsHeaders = true;
        if (!'OTtPUY'.includes(letter)) continue;
        const value = arg.slice(i + 1) || (rest.shift() ?? '');
        if (letter === 'O') request.output = value;
        if (letter === 'T') request.timeoutMs = (secondsOf(value) ?? 0) * 1000;
        if (letter === 'P') request.folder = value;
        break;
      }
    } else request.url ??= arg.includes('://') ? arg : `http://${arg}`;
  }
  return request;
}

/** `Name: value` into headers. */
export function addHeader(headers: Record<string, string>, text: string): void {
  const at = text.indexOf(':');
  const name = text
    .slice(0, at < 0 ? undefined : at)
    .trim()
    .toLowerCase();
  if (name === '' || at < 0) return;
  Object.defineProperty(headers, name, { value: text.slice(at + 1).trim(), enumerable: true, configurable: true, writable: true });
}

/** `wget [-q] [-O FILE] [-S] [-T SECONDS] [--spider] [--header H] [--post-data D] URL`, as busybox has it. */
export const wget: Program = async (run) => {
  const request = requestOf(run.args);
  if (request.url === undefined) throw new Complaint('missing URL');
  let url = parsed(request.url);
  for (let redirects = 0; ; redirects++) {
    const { hostname } = url;
    let answer: Awaited<ReturnType<typeof fetchHttp>>;
    try {
      answer = await within(run, request.timeoutMs, async (signal) => {
        const { body } = request;
        const address = await run.system.network.lookup(hostname);
        if (!request.quiet) await run.err(`Connecting to ${url.host} (${address}:${portOf(url)})\n`);
        return fetchHttp(run.system.network, {
          url: url.href,
          method: body === undefined ? (request.spider ? 'HEAD' : 'GET') : 'POST',
          body,
          headers: {
            'user-agent': 'Wget',
            ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
            ...request.headers,
          },
          signal,
          // busybox' own does not look at certificates either, with or without --no-check-certificate.
          tls: { insecure: true },
        });
      });
    } catch (error) {
      throw new Complaint(connectTrouble(error, hostname, portOf(url)));
    }
    if (request.showsHeaders) {
      const rows = Object.entries(answer.headers).map(([name, value]) => `  ${name}: ${value}\n`);
      await run.err(`  HTTP/1.1 ${answer.status} ${answer.statusText}\n${rows.join('')}`);
    }
    const location = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined;
    if (location !== undefined) {
      if (redirects >= REDIRECTS_MAX) throw new Complaint('too many redirections');
      url = parsed(new URL(location, url).href);
      continue;
    }
    if (answer.status >= 400) throw new Complaint(`server returned error: HTTP/1.1 ${answer.status} ${answer.statusText}`);
    if (request.spider) {
      if (!request.quiet) await run.err('remote file exists\n');
      return 0;
    }
    if (request.output === '-') {
      await run.out(answer.body);
      return 0;
    }
    const name =
      request.output ??
      `${request.folder === undefined ? '' : `${request.folder}/`}${url.pathname.slice(url.pathname.lastIndexOf('/') + 1) || 'index.html'}`;
    if (request.output === undefined && (await run.system.tree.stat(run.path(name))))
      throw new Complaint(`can't open '${name}': File exists`);
    await run.system.tree.write(run.path(name), answer.body);
    if (!request.quiet) await run.err(`saving to '${name}'\n'${name}' saved\n`);
    return 0;
  }
};

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new Complaint(`bad address '${text}'`);
  }
}

function connectTrouble(error: unknown, host: string, port: string): string {
  const code = error instanceof NetworkError ? error.code : '';
  if (isNameError(code)) return `bad address '${host}'`;
  if (code === 'ECONNREFUSED') return `can't connect to remote host (${host}): Connection refused`;
  if (code === 'EHOSTUNREACH') return `can't connect to remote host (${host}): Host is unreachable`;
  if (code === 'ETIMEDOUT') return 'download timed out';
  return `can't connect to remote host (${host}:${port}): ${error instanceof Error ? error.message : String(error)}`;
}

import { NetworkError } from '@kubernats/net';
import { fetchHttp, type HttpAnswer } from '../../../../adapters/http.ts';
import { isNameError } from '../../../../network/pod-network.ts';
import { Complaint } from '../../process/errors.ts';
import type { Invocation, Program } from '../../process/invocation.ts';
import { nameOf } from '../../tree/paths.ts';
import { type CurlRequest, curlRequest } from './curl-options.ts';
import { within } from './within.ts';

const REDIRECTS_MAX = 50;
const BODY_BYTES_MAX = 256 * 1024 * 1024;

/** `curl`, with the options that people use against a service. Exit codes are curl's own. */
export const curl: Program = async (run) => {
  const request = curlRequest(run.args);
  if (request.showsVersion) {
    await run.out('curl (simulated by kubernats) http\n');
    return 0;
  }
  if (request.urls.length === 0) throw new Complaint("try 'curl --help' for more information", 2);
  let status = 0;
  for (const url of request.urls) {
    try {
      status = await transfer(run, request, url);
    } catch (error) {
      const { code, text } = trouble(error, url, request);
      if (!request.silent || request.showsErrors) await run.err(`curl: (${code}) ${text}\n`);
      if (request.writeOut !== undefined && !(error instanceof CurlError && error.told))
        await run.out(written(request.writeOut, { code: 0, url, size: 0, seconds: 0, headers: {} }));
      status = code;
    }
  }
  return status;
};

async function transfer(run: Invocation, request: CurlRequest, first: string): Promise<number> {
  const { clock } = run.system;
  const startedMs = clock.monotonic();
  let url = new URL(first.includes('://') ? first : `http://${first}`);
  let method = request.method ?? (request.head ? 'HEAD' : request.data === undefined ? 'GET' : 'POST');
  let body = request.data === undefined ? undefined : await bodyOf(run, request);
  if (request.get && body !== undefined) {
    url.search = [url.search.slice(1), Buffer.from(body).toString('latin1')].filter((part) => part !== '').join('&');
    body = undefined;
    method = request.method ?? 'GET';
  }
  for (let redirects = 0; ; redirects++) {
    const answer = await ask(run, request, url, method, body);
    const location = answer.status >= 300 && answer.status < 400 ? answer.headers.location : undefined;
    const head = `HTTP/1.1 ${answer.status} ${answer.statusText}\r\n${Object.entries(answer.headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`;
    if (request.verbose) await run.err(head.replace(/^/gm, '< ').replace(/< $/, ''));
    const fails = answer.status >= 400 && request.fails !== false;
    if ((request.include || request.head) && !(fails && request.fails === 'quietly')) await run.out(head);
    if (request.follows && location !== undefined) {
      if (redirects >= (request.redirectsMax ?? REDIRECTS_MAX))
        throw new CurlError(47, `Maximum (${request.redirectsMax ?? REDIRECTS_MAX}) redirects followed`);
      url = new URL(location, url);
      if (answer.status === 303 || (method === 'POST' && answer.status < 303)) {
        method = 'GET';
        body = undefined;
      }
      continue;
    }
    if (!request.head && !(fails && request.fails === 'quietly')) await save(run, request, url, answer.body);
    const seconds = (clock.monotonic() - startedMs) / 1000;
    if (request.writeOut !== undefined)
      await run.out(
        written(request.writeOut, { code: answer.status, url: url.href, size: answer.body.length, seconds, headers: answer.headers }),
      );
    if (!fails) return 0;
    throw new CurlError(22, `The requested URL returned error: ${answer.status}`, request.writeOut !== undefined);
  }
}

class CurlError extends Error {
  readonly code: number;
  /** The summary of `-w` has been written. */
  readonly told: boolean;
  constructor(code: number, message: string, told = false) {
    super(message);
    this.code = code;
    this.told = told;
  }
}

async function ask(run: Invocation, request: CurlRequest, url: URL, method: string, body: Uint8Array | undefined): Promise<HttpAnswer> {
  const { network } = run.system;
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const resolved = request.resolve.get(`${url.hostname}:${port}`) ?? request.resolve.get(`*:${port}`);
  // `--resolve` answers for the name; the rest of the request keeps it.
  const seen = resolved === undefined ? network : { ...network, lookup: () => Promise.resolve(resolved) };
  const headers: Record<string, string> = { 'user-agent': 'curl/8.0', accept: '*/*' };
  if (body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
  if (request.user !== undefined) headers.authorization = `Basic ${Buffer.from(request.user).toString('base64')}`;
  Object.assign(headers, request.headers);
  for (const name of request.without) delete headers[name];
  if (request.verbose) {
    const address = await network.lookup(resolved ?? url.hostname).catch(() => url.hostname);
    await run.err(`*   Trying ${address}:${port}...\n`);
  }
  const ca = await authoritiesOf(run, request);
  const tls = { insecure: request.insecure, ...(ca === undefined ? {} : { ca }) };
  const limits = [request.connectTimeoutMs, request.maxTimeMs].filter((ms) => ms !== undefined);
  const answer = await within(run, limits.length > 0 ? Math.min(...limits) : undefined, (signal) =>
    fetchHttp(seen, { url: url.href, method, headers, body, signal, tls }),
  );
  if (answer.body.length > BODY_BYTES_MAX) throw new CurlError(63, 'Maximum file size exceeded');
  if (request.verbose) {
    const rows = Object.entries(headers).map(([name, value]) => `> ${name}: ${value}\n`);
    await run.err(
      `* Connected to ${url.hostname} port ${port}\n> ${method} ${url.pathname}${url.search} HTTP/1.1\n> host: ${url.host}\n${rows.join('')}>\n`,
    );
  }
  return answer;
}

/** `--cacert FILE`: whom to believe. */
async function authoritiesOf(run: Invocation, { authorities }: CurlRequest): Promise<Uint8Array | undefined> {
  if (authorities === undefined) return undefined;
  try {
    return await run.system.tree.read(run.path(authorities));
  } catch {
    throw new CurlError(77, `error setting certificate verify locations:  CAfile: ${authorities} CApath: none`);
  }
}

async function bodyOf(run: Invocation, { data = [] }: CurlRequest): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const { text, kind } of data) {
    if (parts.length > 0 && kind !== 'file') parts.push(Buffer.from('&'));
    if (kind === 'raw' || !text.startsWith('@')) parts.push(Buffer.from(text));
    else {
      const file = await run.open(text.slice(1));
      const bytes = Buffer.from(await run.all(run.chunks(file), BODY_BYTES_MAX));
      file.release();
      // `-d @file` leaves line ends out, `--data-binary` does not.
      parts.push(kind === 'text' ? Buffer.from(bytes.toString('latin1').replace(/[\r\n]/g, ''), 'latin1') : bytes);
    }
  }
  return Buffer.concat(parts);
}

async function save(run: Invocation, { output, remoteName }: CurlRequest, url: URL, body: Uint8Array): Promise<void> {
  const name = remoteName ? nameOf(url.pathname) : output;
  if (remoteName && name === '') throw new CurlError(23, 'Remote file name has no length');
  if (name === undefined || name === '-') return run.out(body);
  const file = await run.system.tree.open(run.path(name), 'write', run.process);
  await file.write(body, run.process.wait);
  file.release();
}

interface Facts {
  code: number;
  url: string;
  size: number;
  seconds: number;
  headers: Readonly<Record<string, string>>;
}

function written(format: string, { code, url, size, seconds, headers }: Facts): string {
  const values: Readonly<Record<string, string>> = {
    http_code: String(code).padStart(3, '0'),
    response_code: String(code).padStart(3, '0'),
    url_effective: url,
    size_download: String(size),
    time_total: seconds.toFixed(6),
    time_connect: seconds.toFixed(6),
    time_starttransfer: seconds.toFixed(6),
    time_namelookup: '0.000000',
    content_type: headers['content-type'] ?? '',
    redirect_url: headers.location ?? '',
    remote_ip: new URL(url.includes('://') ? url : `http://${url}`).hostname,
    http_version: '1.1',
  };
  return format
    .replace(/%\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? '') : ''))
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\r/g, '\r')
    .replaceAll('%%', '%');
}

function trouble(error: unknown, url: string, request: CurlRequest): { code: number; text: string } {
  if (error instanceof CurlError) return { code: error.code, text: error.message };
  if (error instanceof TypeError) return { code: 3, text: 'URL rejected: Malformed input to a URL function' };
  const { hostname, port, protocol } = new URL(url.includes('://') ? url : `http://${url}`);
  const at = `${hostname} port ${port || (protocol === 'https:' ? 443 : 80)}`;
  if (error instanceof NetworkError) {
    if (isNameError(error.code)) return { code: 6, text: `Could not resolve host: ${hostname}` };
    if (error.code === 'ETIMEDOUT') {
      const ms = request.connectTimeoutMs ?? request.maxTimeMs ?? 0;
      return {
        code: 28,
        text:
          request.connectTimeoutMs === undefined && ms > 0
            ? `Operation timed out after ${ms} milliseconds with 0 bytes received`
            : `Failed to connect to ${at}: Timeout was reached`,
      };
    }
    if (error.code === 'ECONNRESET') return { code: 56, text: 'Recv failure: Connection reset by peer' };
    return { code: 7, text: `Failed to connect to ${at} after 0 ms: Could not connect to server` };
  }
  if (!(error instanceof Error) || error.name === 'Killed') throw error;
  const text = error.message;
  if (/unsupported protocol/i.test(text)) return { code: 1, text: `Protocol "${protocol.slice(0, -1)}" not supported` };
  if (/certificate|subject name/i.test(text)) return { code: 60, text: `SSL certificate problem: ${text}` };
  if (/hang up|ECONNRESET|aborted/i.test(text)) return { code: 52, text: 'Empty reply from server' };
  return { code: 56, text };
}

import { Complaint } from '../../process/errors.ts';
import { secondsOf } from '../launchers.ts';
import { addHeader } from './wget.ts';

export interface CurlRequest {
  urls: string[];
  method: string | undefined;
  headers: Record<string, string>;
  /** Headers that are taken out: `-H 'Accept:'`. */
  without: string[];
  data: { text: string; kind: 'text' | 'raw' | 'file' }[] | undefined;
  get: boolean;
  head: boolean;
  include: boolean;
  verbose: boolean;
  silent: boolean;
  showsErrors: boolean;
  showsVersion: boolean;
  /** An answer of 400 and above is a failure, without its body or with it. */
  fails: false | 'quietly' | 'with-body';
  follows: boolean;
  redirectsMax: number | undefined;
  output: string | undefined;
  remoteName: boolean;
  writeOut: string | undefined;
  user: string | undefined;
  connectTimeoutMs: number | undefined;
  maxTimeMs: number | undefined;
  /** Addresses by `name:port`. */
  resolve: Map<string, string>;
  /** `-k`: any certificate is believed. */
  insecure: boolean;
  /** `--cacert`: the file with the authorities that are believed. */
  authorities: string | undefined;
}

type Take = (request: CurlRequest, value: string) => void;

const data =
  (kind: 'text' | 'raw' | 'file'): Take =>
  (request, text) => {
    request.data = [...(request.data ?? []), { text, kind }];
  };

/** Options with a value, by their long name. */
const VALUES: Readonly<Record<string, Take>> = {
  cacert: (request, value) => void (request.authorities = value),
  'connect-timeout': (request, value) => void (request.connectTimeoutMs = millisecondsOf(value)),
  cookie: (request, value) => addHeader(request.headers, `cookie: ${value}`),
  data: data('text'),
  'data-ascii': data('text'),
  'data-binary': data('file'),
  'data-raw': data('raw'),
  'data-urlencode': (request, value) => {
    const at = value.indexOf('=');
    data('raw')(request, at < 0 ? encodeURIComponent(value) : `${value.slice(0, at + 1)}${encodeURIComponent(value.slice(at + 1))}`);
  },
  header: (request, value) => {
    if (/^[^:]+:\s*$/.test(value)) request.without.push(value.slice(0, value.indexOf(':')).trim().toLowerCase());
    else addHeader(request.headers, value);
  },
  json: (request, value) => {
    data('raw')(request, value);
    addHeader(request.headers, 'content-type: application/json');
    addHeader(request.headers, 'accept: application/json');
  },
  'max-redirs': (request, value) => void (request.redirectsMax = Number(value)),
  'max-time': (request, value) => void (request.maxTimeMs = millisecondsOf(value)),
  output: (request, value) => void (request.output = value),
  oauth2: (request, value) => addHeader(request.headers, `authorization: Bearer ${value}`),
  referer: (request, value) => addHeader(request.headers, `referer: ${value}`),
  request: (request, value) => void (request.method = value),
  resolve: (request, value) => {
    const [, name = '', port = '', address = ''] = /^\+?([^:]+):(\d+):(.+)$/.exec(value) ?? [];
    request.resolve.set(`${name}:${port}`, address);
  },
  url: (request, value) => void request.urls.push(value),
  user: (request, value) => void (request.user = value),
  'user-agent': (request, value) => addHeader(request.headers, `user-agent: ${value}`),
  'write-out': (request, value) => void (request.writeOut = value),
  // Taken, and without a meaning here.
  'cookie-jar': () => {},
  interface: () => {},
  'limit-rate': () => {},
  retry: () => {},
  'retry-delay': () => {},
  'retry-max-time': () => {},
  cert: () => {},
  key: () => {},
};

const FLAGS: Readonly<Record<string, (request: CurlRequest) => void>> = {
  fail: (request) => void (request.fails = 'quietly'),
  'fail-with-body': (request) => void (request.fails = 'with-body'),
  get: (request) => void (request.get = true),
  head: (request) => void (request.head = true),
  include: (request) => void (request.include = true),
  insecure: (request) => void (request.insecure = true),
  location: (request) => void (request.follows = true),
  'remote-name': (request) => void (request.remoteName = true),
  'show-error': (request) => void (request.showsErrors = true),
  silent: (request) => void (request.silent = true),
  verbose: (request) => void (request.verbose = true),
  version: (request) => void (request.showsVersion = true),
};

const LETTERS: Readonly<Record<string, string>> = {
  A: 'user-agent',
  b: 'cookie',
  c: 'cookie-jar',
  d: 'data',
  e: 'referer',
  E: 'cert',
  f: 'fail',
  G: 'get',
  H: 'header',
  i: 'include',
  I: 'head',
  k: 'insecure',
  L: 'location',
  m: 'max-time',
  o: 'output',
  O: 'remote-name',
  s: 'silent',
  S: 'show-error',
  u: 'user',
  v: 'verbose',
  V: 'version',
  w: 'write-out',
  X: 'request',
};

function millisecondsOf(text: string): number {
  const seconds = secondsOf(text);
  if (seconds === undefined) throw new Complaint('option: expected a proper numerical parameter', 2);
  return seconds * 1000;
}

/** Reads curl's command line. Throws a `Complaint` for an option that there is not. */
export function curlRequest(args: readonly string[]): CurlRequest {
  const request: CurlRequest = {
    urls: [],
    method: undefined,
    headers: {},
    without: [],
    data: undefined,
    get: false,
    head: false,
    include: false,
    verbose: false,
    silent: false,
    showsErrors: false,
    showsVersion: false,
    fails: false,
    follows: false,
    redirectsMax: undefined,
    output: undefined,
    remoteName: false,
    writeOut: undefined,
    user: undefined,
    connectTimeoutMs: undefined,
    maxTimeMs: undefined,
    resolve: new Map(),
    insecure: false,
    authorities: undefined,
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg.startsWith('--') && arg.length > 2) {
      const name = arg.slice(2);
      const take = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
      const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
      if (take) take(request, nextValue(rest, arg));
      else if (flag) flag(request);
      else if (!/^(no-|http\d|compressed$|globoff$|ipv[46]$|tls|ssl|path-as-is$)/.test(name))
        throw new Complaint(`option ${arg}: is unknown`, 2);
      continue;
    }
    if (!/^-./.test(arg)) {
      request.urls.push(arg);
      continue;
    }
    for (let i = 1; i < arg.length; i++) {
      const letter = arg[i] ?? '';
      const name = Object.hasOwn(LETTERS, letter) ? (LETTERS[letter] ?? '') : '';
      const take = VALUES[name];
      if (take) {
        take(request, i + 1 < arg.length ? arg.slice(i + 1) : nextValue(rest, `-${letter}`));
        break;
      }
      const flag = FLAGS[name];
      if (flag) flag(request);
      else if (!'#gNqn46j0'.includes(letter)) throw new Complaint(`option -${letter}: is unknown`, 2);
    }
  }
  return request;
}

function nextValue(rest: string[], option: string): string {
  const value = rest.shift();
  if (value === undefined) throw new Complaint(`option ${option}: requires parameter`, 2);
  return value;
}

import type { Files } from '@kubernats/files';
import { ConfigError, type Directive, parseConfig } from './config.ts';

/** What a `location` does with a request. */
export interface Location {
  /** How the path is matched: `=` exactly, `~` and `~*` by pattern, otherwise by prefix. */
  modifier: string;
  path: string;
  /** `return CODE [TEXT or URL]`. */
  answer: { status: number; text: string } | undefined;
  /** `proxy_pass URL`. */
  proxy: string | undefined;
  root: string;
  /** `alias FOLDER`: stands for the location's own path. */
  alias: string | undefined;
  index: string[];
}

/** One `server` block. */
export interface Site {
  ports: number[];
  locations: Location[];
}

export const HTML = '/usr/share/nginx/html';
const CONF = '/etc/nginx/nginx.conf';
const CONF_D = '/etc/nginx/conf.d';

/** The servers of the mounted configuration; without one, nginx's own: port 80, the files of `HTML`. Throws `ConfigError`. */
export async function sitesOf(files: Files, defaultPort: number): Promise<Site[]> {
  const servers: Directive[] = [];
  const read = async (path: string): Promise<Directive[]> => parseConfig(new TextDecoder().decode(await files.read(path)), path);
  const collect = async (directives: readonly Directive[]): Promise<void> => {
    for (const { name, args, block } of directives) {
      if (name === 'include') for (const path of await included(files, args[0] ?? '')) await collect(await read(path));
      else if (name === 'server' && block) servers.push({ name, args, block });
      else if (name === 'http' && block) await collect(block);
    }
  };
  const whole = await files.stat(CONF);
  if (whole?.kind === 'file') await collect(await read(CONF));
  else {
    const folder = await files.stat(CONF_D);
    if (!folder) return [siteOf([], defaultPort)];
    for (const path of await included(files, `${CONF_D}/*.conf`)) await collect(await read(path));
  }
  return servers.map(({ block }) => siteOf(block ?? [], defaultPort));
}

async function included(files: Files, pattern: string): Promise<string[]> {
  const path = pattern.startsWith('/') ? pattern : `/etc/nginx/${pattern}`;
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  const [before = '', after] = path.slice(folder.length + 1).split('*', 2);
  if (after === undefined) return (await files.stat(path))?.kind === 'file' ? [path] : [];
  if ((await files.stat(folder))?.kind !== 'directory') return [];
  const names = (await files.list(folder)).filter((name) => name.startsWith(before) && name.endsWith(after)).sort();
  const paths = names.map((name) => `${folder}/${name}`);
  const stats = await Promise.all(paths.map((one) => files.stat(one)));
  return paths.filter((_, i) => stats[i]?.kind === 'file');
}

function siteOf(directives: readonly Directive[], defaultPort: number): Site {
  const listens = directives.filter(({ name }) => name === 'listen').map(({ args }) => portOf(args[0] ?? ''));
  const common = { root: `/etc/nginx/html`, index: ['index.html'] };
  const server = inherit(directives.length === 0 ? { root: HTML, index: ['index.html', 'index.htm'] } : common, directives);
  const locations = directives.filter(({ name }) => name === 'location').map((one) => locationOf(one, server));
  // What is not in a location is the server's own.
  locations.push(locationOf({ name: 'location', args: ['/'], block: [...directives] }, server));
  return { ports: [...new Set(listens.length > 0 ? listens : [defaultPort])], locations };
}

const inherit = (from: { root: string; index: string[] }, directives: readonly Directive[]) => ({
  root: argsOf(directives, 'root')?.[0] ?? from.root,
  index: argsOf(directives, 'index') ?? from.index,
});

const argsOf = (directives: readonly Directive[], wanted: string): string[] | undefined =>
  directives.find(({ name }) => name === wanted)?.args;

function locationOf({ args, block = [] }: Directive, server: { root: string; index: string[] }): Location {
  const [modifier, path] = args.length > 1 ? [args[0] ?? '', args[1] ?? '/'] : ['', args[0] ?? '/'];
  const answer = argsOf(block, 'return');
  return {
    modifier,
    path,
    answer: answer && { status: Number(answer[0]), text: answer[1] ?? '' },
    proxy: argsOf(block, 'proxy_pass')?.[0],
    alias: argsOf(block, 'alias')?.[0],
    ...inherit(server, block),
  };
}

function portOf(listen: string): number {
  const text = /^\d+$/.test(listen) ? listen : (/:(\d+)$/.exec(listen)?.[1] ?? '80');
  const port = Number(text);
  if (port < 1 || port > 65_535) throw new ConfigError(`invalid port in "${listen}" of the "listen" directive`);
  return port;
}

/** The location that nginx would choose: an exact one, then the first pattern, then the longest prefix. */
export function locationFor(site: Site, path: string): Location | undefined {
  const exact = site.locations.find((one) => one.modifier === '=' && one.path === path);
  if (exact) return exact;
  const prefixes = site.locations.filter((one) => (one.modifier === '' || one.modifier === '^~') && path.startsWith(one.path));
  const longest = prefixes.reduce<Location | undefined>(
    (best, one) => (best && best.path.length >= one.path.length ? best : one),
    undefined,
  );
  if (longest?.modifier === '^~') return longest;
  const pattern = site.locations.find((one) => one.modifier.startsWith('~') && matches(one, path));
  return pattern ?? longest;
}

function matches({ modifier, path: pattern }: Location, path: string): boolean {
  try {
    return new RegExp(pattern, modifier === '~*' ? 'i' : '').test(path);
  } catch {
    return false;
  }
}

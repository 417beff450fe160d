/** What a resolver is told: the content of `/etc/resolv.conf`. Source: resolv.conf(5). */
export interface ResolvConf {
  nameservers: readonly string[];
  search: readonly string[];
  /** Names with fewer dots are looked for among the search domains first. */
  ndots: number;
  timeoutMs: number;
  /** How often all servers are asked. */
  attempts: number;
  /** Each question begins with the next server. */
  rotate: boolean;
}

/** glibc's bounds. */
const NAMESERVERS_MAX = 3;
const [NDOTS_MAX, TIMEOUT_MAX, ATTEMPTS_MAX] = [15, 30, 5];

/** Reads the file as glibc does: what it does not know it passes over, and of several `search` lines the last counts. Never throws. */
export function parseResolvConf(text: string): ResolvConf {
  const conf = { nameservers: [] as string[], search: [] as string[], ndots: 1, timeoutMs: 5000, attempts: 2, rotate: false };
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver' && words[0] !== undefined) conf.nameservers.push(words[0]);
    else if (keyword === 'search' || keyword === 'domain') conf.search = words.map((domain) => domain.replace(/\.$/, ''));
    else if (keyword === 'options') for (const word of words) applyOption(conf, word);
  }
  conf.nameservers.splice(NAMESERVERS_MAX);
  return conf;
}

function applyOption(conf: { ndots: number; timeoutMs: number; attempts: number; rotate: boolean }, word: string): void {
  const [name, text = ''] = word.split(':');
  const value = /^\d+$/.test(text) ? Number(text) : undefined;
  if (name === 'rotate') conf.rotate = true;
  if (value === undefined) return;
  if (name === 'ndots') conf.ndots = Math.min(value, NDOTS_MAX);
  if (name === 'timeout') conf.timeoutMs = Math.min(Math.max(value, 1), TIMEOUT_MAX) * 1000;
  if (name === 'attempts') conf.attempts = Math.min(Math.max(value, 1), ATTEMPTS_MAX);
}

/** The names to ask for, in order. A dot at the end means: this one and no other. */
export function candidates(name: string, { search, ndots }: Pick<ResolvConf, 'search' | 'ndots'>): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const found = search.map((domain) => (domain === '' ? name : `${name}.${domain}`));
  const isFirst = name.split('.').length - 1 >= ndots;
  return [...new Set(isFirst ? [name, ...found] : [...found, name])];
}

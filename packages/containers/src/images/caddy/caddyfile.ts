/** One site of a Caddyfile. */
export interface CaddySite {
  address: string;
  root: string;
  files: boolean;
  respond: { status: number; text: string } | undefined;
  proxy: string | undefined;
}

/** The sites of a Caddyfile, as far as `root`, `file_server`, `respond` and `reverse_proxy` go; a string says what is wrong. */
export function parseCaddyfile(text: string): CaddySite[] | string {
  const sites: CaddySite[] = [];
  let site: CaddySite | undefined;
  let depth = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    const words = wordsOf(raw);
    const opens = words.at(-1) === '{';
    if (opens) words.pop();
    if (words.length === 0 && !opens) continue;
    if (words[0] === '}') {
      depth--;
      continue;
    }
    // The first line of a file without braces is the address of its only site; a block without one is Caddy's own options.
    if (depth === 0) {
      site = { address: addressOf(words[0] ?? ''), root: '/srv', files: false, respond: undefined, proxy: undefined };
      if (words.length > 0) sites.push(site);
      depth = 1;
      if (opens || words.length > 0) continue;
    }
    if (opens) depth++;
    const problem = site && apply(site, words);
    if (problem !== undefined) return `Caddyfile:${index + 1}: ${problem}`;
  }
  return sites;
}

function apply(site: CaddySite, [name = '', ...args]: readonly string[]): string | undefined {
  switch (name) {
    case 'root':
      site.root = args.at(-1) ?? site.root;
      return undefined;
    case 'file_server':
      site.files = true;
      return undefined;
    case 'respond': {
      const [first = '', second] = args[0]?.startsWith('/') ? args.slice(1) : args;
      const onlyStatus = second === undefined && /^\d{3}$/.test(first);
      site.respond = { status: Number(onlyStatus ? first : (second ?? 200)), text: onlyStatus ? '' : first };
      return undefined;
    }
    case 'reverse_proxy':
      site.proxy = args.find((word) => !word.startsWith('/') && word !== '*');
      return undefined;
    case 'log':
    case 'encode':
    case 'output':
    case 'format':
    case 'tls':
    case 'header':
      return undefined;
    default:
      return `unrecognized directive: ${name}`;
  }
}

/** Plain HTTP everywhere: a name without a port is port 80. */
function addressOf(word: string): string {
  const bare = word.replace(/^https?:\/\//, '').replace(/,$/, '');
  return /:\d+$/.test(bare) ? bare : ':80';
}

function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [, quoted, ticked, plain] of line.matchAll(/"((?:\\.|[^"\\])*)"|`([^`]*)`|([^\s]+)/g)) {
    if (plain?.startsWith('#')) break;
    words.push(quoted?.replaceAll('\\"', '"').replaceAll('\\n', '\n') ?? ticked ?? plain ?? '');
  }
  return words;
}

/** What a command line asks of the shell. */
export type ShellPlan =
  | { kind: 'script'; text: string; positional: readonly string[] }
  | { kind: 'file'; path: string; options: string; positional: readonly string[] }
  | { kind: 'stdin' };

const SHELLS = new Set(['sh', 'bash', 'ash', 'dash']);

/** The programs that the shell stands for, by their last path segment. */
const PROGRAMS = new Set(
  (
    'awk base64 basename cat chmod cp curl cut date diff dirname du echo env expr false find grep gunzip gzip head hostname jq kubernats-use ln ls md5sum mkdir mv ' +
    'nc od paste printenv printf pwd readlink rev rm rmdir sed seq sha1sum sha256sum sleep sort split stat stress tac tail tar tee test time timeout touch tr ' +
    'true uniq wc wget which whoami xargs yq'
  ).split(' '),
);

const lastSegment = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Whether a container's first word is a shell or a program that the shell has. */
export function isShellCommand(word: string): boolean {
  const name = lastSegment(word);
  return SHELLS.has(name) || PROGRAMS.has(name);
}

/** Reads a command line as a kernel and a shell would. Source: POSIX, `sh`. */
export function planShell(argv: readonly string[]): ShellPlan {
  const [first, ...rest] = argv;
  if (first === undefined) return { kind: 'stdin' };
  if (!SHELLS.has(lastSegment(first))) {
    if (isShellCommand(first)) return { kind: 'script', text: [lastSegment(first), ...rest].map(quote).join(' '), positional: [] };
    return { kind: 'file', path: first, options: '', positional: rest };
  }
  let options = '';
  let takesScript = false;
  while (rest[0] !== undefined && /^[-+]\w/.test(rest[0])) {
    const flags = rest.shift() ?? '';
    if (flags === '-o') options += `set -o ${quote(rest.shift() ?? '')};`;
    else {
      if (flags.includes('c')) takesScript = true;
      const set = flags.slice(1).replace(/[cil]/g, '');
      if (set !== '') options += `set -${set};`;
    }
  }
  const [text, ...others] = rest;
  if (text === undefined) return { kind: 'stdin' };
  // The first word behind a script is its $0.
  if (takesScript) return { kind: 'script', text: options + text, positional: others.slice(1) };
  return { kind: 'file', path: text, options, positional: others };
}

/** One word, however it is made. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

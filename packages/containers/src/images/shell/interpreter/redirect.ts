// Redirections: which file each descriptor leads to while a command runs. Source: POSIX, Redirection.
import type { WordNode } from 'just-bash';
import type { Redirection } from '../language/ast.ts';
import { codeOf, textOf } from '../process/errors.ts';
import { BytesFile } from '../streams/bytes.ts';
import type { OpenFile } from '../streams/open-file.ts';
import { expandText } from './expand.ts';
import { ShellError } from './flow.ts';
import type { Shell } from './shell.ts';

const FIRST_FREE_FD = 10;
const encoder = new TextEncoder();

/** Runs `work` with redirections in force, and takes them back. A redirection that fails is said, and is the status. */
export async function redirected(shell: Shell, redirections: readonly Redirection[], work: () => Promise<number>): Promise<number> {
  if (redirections.length === 0) return work();
  const saved = new Map<number, OpenFile | undefined>();
  try {
    if (!(await redirect(shell, redirections, saved))) return 1;
    return await work();
  } finally {
    const { files } = shell.process;
    // A process that has ended has closed its files itself.
    const gone = shell.process.status !== undefined;
    for (const [fd, before] of saved) {
      if (!gone) files.get(fd)?.release();
      if (before && !gone) files.set(fd, before);
      else {
        files.delete(fd);
        before?.release();
      }
    }
  }
}

/**
 * Puts redirections in force. What stood there before goes into `saved`, which then holds it; without `saved` it is closed: `exec > file`.
 * @returns false when one failed, and was complained of
 */
export async function redirect(
  shell: Shell,
  redirections: readonly Redirection[],
  saved?: Map<number, OpenFile | undefined>,
): Promise<boolean> {
  for (const redirection of redirections) {
    try {
      await apply(shell, redirection, saved);
    } catch (error) {
      if (error instanceof ShellError) await shell.complain(error.message);
      else if (codeOf(error) !== undefined) await shell.complain(await refusal(shell, redirection, error));
      else throw error;
      return false;
    }
  }
  return true;
}

async function apply(shell: Shell, redirection: Redirection, saved: Map<number, OpenFile | undefined> | undefined): Promise<void> {
  const { operator, fd, fdVariable } = redirection;
  const put = (at: number, file: OpenFile | undefined): void => {
    const { files } = shell.process;
    const before = files.get(at);
    if (saved && !saved.has(at)) saved.set(at, before);
    else before?.release();
    if (file) files.set(at, file);
    else files.delete(at);
  };
  const own = fd ?? (operator.startsWith('<') && operator !== '<>' ? 0 : operator === '<>' ? 0 : 1);
  const target = fdVariable === undefined ? own : fdOf(shell, fdVariable, redirection);
  if (redirection.target.type === 'HereDoc') {
    const { content, stripTabs } = redirection.target;
    const word = stripTabs ? withoutTabs(content) : content;
    return put(target, new BytesFile(encoder.encode(await expandText(shell, word))));
  }
  const word = await expandText(shell, redirection.target);
  if (operator === '<<<') return put(target, new BytesFile(encoder.encode(`${word}\n`)));
  if (operator === '>&' || operator === '<&') {
    if (word === '-') return put(target, undefined);
    const move = /^(\d+)(-?)$/.exec(word);
    if (move) {
      const source = shell.process.files.get(Number(move[1]));
      if (!source) throw new ShellError(`${word}: Bad file descriptor`);
      put(target, source.retain());
      if (move[2]) put(Number(move[1]), undefined);
      return;
    }
    if (operator === '<&' || fd !== null) throw new ShellError(`${word}: ambiguous redirect`);
  }
  if (operator.startsWith('&>') || operator === '>&') {
    const file = await open(shell, word, operator === '&>>' ? 'append' : 'write');
    put(1, file);
    return put(2, file.retain());
  }
  const mode = operator === '<' ? 'read' : operator === '<>' ? 'both' : operator === '>>' ? 'append' : 'write';
  if (operator === '>' && shell.options.has('C') && (await shell.process.system.tree.stat(shell.process.path(word)))?.kind === 'file')
    throw new ShellError(`${word}: cannot overwrite existing file`);
  put(target, await open(shell, word, mode));
}

function open(shell: Shell, word: string, mode: 'read' | 'write' | 'append' | 'both'): Promise<OpenFile> {
  return shell.process.wait(shell.process.system.tree.open(shell.process.path(word), mode, shell.process));
}

/** `<<-`: the tabs before each line of the script's own text are not part of it. */
function withoutTabs(word: WordNode): WordNode {
  let lineStart = true;
  const parts = word.parts.map((part) => {
    const value = part.type === 'Literal' ? part.value.replace(lineStart ? /(^|\n)\t+/g : /(\n)\t+/g, '$1') : undefined;
    lineStart = part.type === 'Literal' && part.value.endsWith('\n');
    return part.type === 'Literal' && value !== undefined ? { ...part, value } : part;
  });
  return { ...word, parts };
}

/** `{name}> file` takes a free descriptor and says which; `{name}>&-` closes the one that was taken. */
function fdOf(shell: Shell, name: string, { target, operator }: Redirection): number {
  const closes = target.type === 'Word' && operator.endsWith('&') && JSON.stringify(target.parts).includes('"value":"-"');
  if (closes) return Number(shell.variables.get(name));
  let fd = FIRST_FREE_FD;
  while (shell.process.files.has(fd)) fd += 1;
  shell.variables.set(name, String(fd));
  return fd;
}

async function refusal(shell: Shell, { target, operator }: Redirection, error: unknown): Promise<string> {
  const path = target.type === 'Word' ? await expandText(shell, target) : '';
  if (shell.flavour === 'bash') return `${path}: ${textOf(error)}`;
  const reads = operator === '<';
  const missing = reads ? 'no such file' : 'nonexistent directory';
  const why =
    codeOf(error) === 'ENOENT' ? (shell.flavour === 'ash' ? missing : reads ? 'No such file' : 'Directory nonexistent') : textOf(error);
  const verb = shell.flavour === 'ash' ? (reads ? "can't open" : "can't create") : reads ? 'cannot open' : 'cannot create';
  return `${verb} ${path}: ${why}`;
}

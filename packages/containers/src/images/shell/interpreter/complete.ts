import { builtinNames } from '../builtins/builtins.ts';
import { programNames } from '../plan.ts';
import { nameOf } from '../tree/paths.ts';
import type { Shell } from './shell.ts';

/** What Tab adds to a line, or the names that it might go on with. */
export async function completions(shell: Shell, before: string): Promise<{ insert: string; choices: string[] }> {
  const word = /(?:[^\s|;&<>()=]|\\ )*$/.exec(before)?.[0] ?? '';
  const isCommand = /(^|[|;&(]\s*)$/.test(before.slice(0, before.length - word.length));
  const found = isCommand && !word.includes('/') ? commands(shell, word) : await paths(shell, word);
  if (found.length === 0) return { insert: '', choices: [] };
  const [only] = found;
  if (found.length === 1 && only !== undefined) {
    const rest = only.slice(word.length);
    return { insert: rest.endsWith('/') ? rest : `${rest} `, choices: [] };
  }
  return {
    insert: shared(found).slice(word.length),
    choices: found.map((one) => nameOf(one.replace(/\/$/, '')) + (one.endsWith('/') ? '/' : '')),
  };
}

function commands(shell: Shell, word: string): string[] {
  const names = new Set([...programNames(), ...builtinNames(), ...shell.functions.keys(), ...shell.aliases.keys()]);
  return [...names].filter((name) => name.startsWith(word)).sort();
}

async function paths(shell: Shell, word: string): Promise<string[]> {
  const { process } = shell;
  const slash = word.lastIndexOf('/') + 1;
  const folder = word.slice(0, slash);
  const begun = word.slice(slash).replaceAll('\\ ', ' ');
  const names = await process.system.tree.list(process.path(folder || '.')).catch(() => []);
  const out: string[] = [];
  for (const name of names) {
    if (!name.startsWith(begun) || (name.startsWith('.') && !begun.startsWith('.'))) continue;
    const isFolder = (await process.system.tree.stat(process.path(folder + name)))?.kind === 'directory';
    out.push(`${folder}${name.replaceAll(' ', '\\ ')}${isFolder ? '/' : ''}`);
  }
  return out;
}

/** What all of them begin with. */
function shared(words: readonly string[]): string {
  const [first = ''] = words;
  let length = first.length;
  for (const word of words) while (!word.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}

import { isPattern, matches, unescapePattern } from '../language/pattern.ts';
import type { Shell } from './shell.ts';

const FOUND_MAX = 100_000;

/** The paths that a pattern matches, sorted; none when nothing does. Source: POSIX, Pathname Expansion. */
export async function findPaths(shell: Shell, pattern: string): Promise<string[]> {
  const { tree } = shell.process.system;
  let found = [pattern.startsWith('/') ? '/' : ''];
  const names = pattern.split(/\/+/).filter((name) => name !== '');
  for (const [i, name] of names.entries()) {
    const last = i === names.length - 1;
    const next: string[] = [];
    for (const folder of found) {
      if (!isPattern(name)) {
        const path = folder + unescapePattern(name);
        if (!last || (await tree.lstat(shell.process.path(path)))) next.push(last ? path : `${path}/`);
        continue;
      }
      const hidden = name.startsWith('.') || shell.options.has('dotglob');
      for (const entry of await entriesOf(shell, folder)) {
        if ((entry.startsWith('.') && !hidden) || !matches(name, entry)) continue;
        if (!last && (await tree.stat(shell.process.path(folder + entry)))?.kind !== 'directory') continue;
        next.push(last ? folder + entry : `${folder}${entry}/`);
        if (next.length >= FOUND_MAX) break;
      }
    }
    found = next;
  }
  return names.length === 0 ? [] : found.sort();
}

async function entriesOf(shell: Shell, folder: string): Promise<string[]> {
  try {
    return await shell.process.wait(shell.process.system.tree.list(shell.process.path(folder || '.')));
  } catch {
    shell.process.check();
    return [];
  }
}

import { readdirSync, type Stats, statSync } from 'node:fs';
import { basename, join } from 'node:path';

const MODULE = /(?<!\.(?:d|test))\.(?:ts|mts|js|mjs)$/;
const INDEXES = ['index.ts', 'index.mts', 'index.js', 'index.mjs'];
/** Helpers are not nested deeper; links that lead in circles are. */
const DEPTH_MAX = 6;

/** The modules at the top of a folder, each with what tells whether it has changed. */
export function modulesIn(folder: string): Map<string, string> {
  const modules = new Map<string, string>();
  for (const path of listed(folder)) {
    const stat = statOf(path);
    if (stat?.isFile() && MODULE.test(path)) modules.set(path, stamp(stat));
    if (!stat?.isDirectory()) continue;
    for (const name of INDEXES) {
      const index = statOf(join(path, name));
      if (!index?.isFile()) continue;
      modules.set(join(path, name), stamp(index));
      break;
    }
  }
  return modules;
}

/** What tells whether anything in a folder has changed. */
export function stampOfAll(folder: string, depth = 0): string {
  return listed(folder)
    .map((path) => {
      const stat = statOf(path);
      if (stat?.isDirectory()) return depth < DEPTH_MAX ? stampOfAll(path, depth + 1) : '';
      return stat ? `${path} ${stamp(stat)}` : '';
    })
    .join('\n');
}

/** `…/shop.ts` and `…/shop/index.ts` are called shop. */
export function nameOf(file: string): string {
  const name = basename(file).replace(/\.\w+$/, '');
  return name === 'index' ? basename(join(file, '..')) : name;
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name !== 'node_modules' && !name.startsWith('.'))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    // Not there, not any more, or not for us to read.
    return [];
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

const stamp = ({ mtimeMs, size, ino }: Stats): string => `${mtimeMs} ${size} ${ino}`;

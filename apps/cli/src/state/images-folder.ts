import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure } from '../failure.ts';

/** The folder of `--images`, or the one of the last time; '' forgets it. A relative one is where the user is, not where npm runs the script. */
export function imagesFolder(
  flag: string | undefined,
  before: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (flag === '') return undefined;
  const base = env.npm_lifecycle_event === 'start' ? (env.INIT_CWD ?? process.cwd()) : process.cwd();
  const folder = flag === undefined ? before : resolve(base, flag);
  if (folder !== undefined && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Failure(`--images ${folder}: there is no such folder. Make it, or start with --images '' to go on without.`);
  }
  return folder;
}

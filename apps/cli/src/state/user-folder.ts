import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure } from '../failure.ts';

/** The folder of an option, or the one of the last time; '' forgets it. A relative one is where the user is, not where npm runs the script. */
export function userFolder(
  option: '--images' | '--storage-backends' | '--scheduler-plugins',
  flag: string | undefined,
  before: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (flag === '') return undefined;
  const base = env.npm_lifecycle_event === 'start' ? (env.INIT_CWD ?? process.cwd()) : process.cwd();
  const folder = flag === undefined ? before : resolve(base, flag);
  if (folder !== undefined && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Failure(`${option} ${folder}: there is no such folder. Make it, or start with ${option} '' to go on without.`);
  }
  return folder;
}

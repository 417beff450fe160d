import { resolve } from 'node:path';
import { readStaticTokens } from '@kubernats/apiserver/static-tokens';
import { FileError } from '@kubernats/runtime/user-files';
import { Failure } from '../failure.ts';
import { readUserFile } from '../nodes/user-file.ts';

/** The file of static tokens that the flag names, or that of the last time; `--token-auth-file ''` forgets it. One that cannot be read is refused here, before anything starts. */
export async function tokenFile(named: string | undefined, before: string | undefined): Promise<string | undefined> {
  if (named === '') return undefined;
  const file = named === undefined ? before : resolve(named);
  if (file === undefined) return undefined;
  try {
    await readStaticTokens(readUserFile(file), file);
  } catch (error) {
    throw error instanceof FileError ? new Failure(error.message, 2) : error;
  }
  return file;
}

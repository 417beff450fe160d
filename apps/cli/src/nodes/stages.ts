import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { FileError } from '@kubernats/runtime/user-files';
import { Failure } from '../failure.ts';
import { readUserFile } from './user-file.ts';

/**
 * Keeps a copy of the file of life cycles that `--stages` names, so that the next `up` goes on with it; an empty name takes it away. The
 * answer is the copy's name, if there is one.
 */
export async function keepStages(file: string | undefined, copy: string): Promise<string | undefined> {
  if (file === '') rmSync(copy, { force: true });
  else if (file !== undefined) {
    const text = readUserFile(file);
    const { readStages } = await import('@kubernats/kubelet-sim/stages');
    try {
      await readStages(text, file);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new Failure(error.message, 2);
    }
    writeFileSync(copy, text);
  }
  return existsSync(copy) ? copy : undefined;
}

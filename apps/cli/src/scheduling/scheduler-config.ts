import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { silentLog } from '@kubernats/client';
import { realClock } from '@kubernats/clock';
import { FileError } from '@kubernats/runtime/user-files';
import { Failure } from '../failure.ts';
import { readUserFile } from '../nodes/user-file.ts';

/**
 * Keeps a copy of the configuration that `--scheduler-config` names, so that the next `up` goes on with it; an empty name takes it away. The answer is the
 * copy's name, if there is one. What is wrong in it, or in the folder of plug-ins, is a Failure: before anything is started.
 */
export async function keepSchedulerConfig(
  file: string | undefined,
  copy: string,
  pluginsFolder: string | undefined,
  warn: (warning: string) => void,
): Promise<string | undefined> {
  if (file === '') rmSync(copy, { force: true });
  const kept = existsSync(copy) ? { content: readFileSync(copy, 'utf8'), file: copy } : undefined;
  const configuration = file ? { content: readUserFile(file), file } : kept;
  if (!configuration && pluginsFolder === undefined) return undefined;
  const { readSetup } = await import('@kubernats/scheduler');
  const log = { ...silentLog, warn: (fields: object, message = '') => warn([message, ...Object.values(fields)].join(': ')) };
  try {
    await readSetup({ configuration, pluginsFolder }, realClock, log);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new Failure(error.message, 2);
  }
  if (file && configuration) writeFileSync(copy, configuration.content);
  return configuration && copy;
}

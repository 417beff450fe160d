import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type * as z from 'zod';
import { Failure } from '../failure.ts';

/** The file's content, checked; undefined when there is none. A file that cannot be read as such is a Failure that names it. */
export function readJsonFile<T>(file: string, schema: z.ZodType<T>): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Failure(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Failure(`${file} is damaged: it is not what kubernats wrote. Remove it and run the command again.`);
  }
}

/** Writes beside the file and renames over it: a reader never sees half of it. */
export function writeJsonFile(file: string, value: unknown, mode = 0o644): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, undefined, 2)}\n`, { mode });
  renameSync(`${file}.new`, file);
}

import { readFileSync } from 'node:fs';
import { Failure } from '../failure.ts';

/** The text of a file that a flag names. A file that cannot be read is a Failure. */
export function readUserFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, 2);
  }
}

import { type Document, parseAllDocuments } from 'yaml';
import { FileError } from './read-yaml.ts';

const ALIASES_MAX = 100;

/** The documents of a YAML text that are not empty. Throws `FileError` with the line. `file` is for messages. */
export function parseDocuments(text: string, file: string): unknown[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new FileError(`${file}: ${error.message.split('\n')[0]}`);
    const value = plainValueOf(document, file);
    return value === null ? [] : [value];
  });
}

function plainValueOf(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    // Aliases that lead nowhere, or that would make gigabytes of a few lines.
    throw new FileError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

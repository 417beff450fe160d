import { parseAllDocuments } from 'yaml';
import { Failure } from '../failure.ts';

/** The documents of a manifest as one List. Throws a Failure that says where it is no YAML (or JSON). */
export function manifestList(text: string, file: string): object {
  const items: unknown[] = [];
  for (const document of parseAllDocuments(text)) {
    const [error] = document.errors;
    if (error) throw new Failure(`${file} is no YAML: ${error.message}`);
    const value: unknown = document.toJSON();
    if (value !== null) items.push(value);
  }
  if (items.length === 0) throw new Failure(`${file} holds no object`);
  return { apiVersion: 'v1', kind: 'List', items };
}

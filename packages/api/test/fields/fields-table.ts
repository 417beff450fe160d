// Reads fields.yaml: the three groups of fields, by kind.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const GROUPS = ['honoured', 'named', 'refused'] as const;
export type Group = (typeof GROUPS)[number];

/** What fields.yaml says of a kind or of a part: paths with spaces between them. */
export interface Fields extends Partial<Record<Group, string>> {
  /** The parts' names by the paths where they stand. */
  parts?: Record<string, string>;
  kind?: 'named';
}

export interface FieldsTable {
  parts: Record<string, Fields>;
  /** By `apps/v1 Deployment`. */
  kinds: Record<string, Fields>;
}

/** A path of a kind, and what becomes of it; with a value only of that. */
export interface Entry {
  path: string;
  group: Group;
  value?: string;
}

export const TABLE: FieldsTable = parse(readFileSync(new URL('fields.yaml', import.meta.url), 'utf8'));

/** All paths of a kind, those of its parts too. */
export function entriesOf(fields: Fields, at = ''): Entry[] {
  const own = GROUPS.flatMap((group) => pathsIn(fields[group]).map((text) => entryOf(text, group, at)));
  const inParts = Object.entries(fields.parts ?? {}).flatMap(([path, name]) => {
    const part = TABLE.parts[name];
    if (!part) throw new Error(`fields.yaml has no part ${name}`);
    return entriesOf(part, joined(at, path));
  });
  return [...own, ...inParts];
}

export const pathsIn = (text = ''): string[] => text.split(/\s+/).filter((path) => path !== '');

function entryOf(text: string, group: Group, at: string): Entry {
  const [path = '', value] = text.split('=');
  return { path: joined(at, path), group, ...(value === undefined ? {} : { value }) };
}

const joined = (...paths: string[]): string => paths.filter((path) => path !== '').join('.');

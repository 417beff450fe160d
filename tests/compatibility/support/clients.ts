import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@kubernats/testing/real-cluster';

const LIST = join(ROOT, '.kubernats/tools/clients/clients.json');

/** A program that the set-up brought, or why it could not. */
export type Program = { path: string } | { reason: string };

export function program(id: string): Program {
  const found = programs().find((each) => each.id === id);
  if (found === undefined) throw new Error(`the set-up knows no client ${id}`);
  return found;
}

/** The names of those that could not be brought. */
export const missingPrograms = (): string[] => programs().flatMap((each) => ('reason' in each ? [each.id] : []));

const programs = () => JSON.parse(readFileSync(LIST, 'utf8')) as ({ id: string } & Program)[];

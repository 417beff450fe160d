import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@kubernats/testing/real-cluster';

/** What a run found, a file for each client. */
export const RESULTS = join(ROOT, '.kubernats/compatibility');

/** `absent`: this version of the client has no such thing. */
export type Outcome = 'works' | 'fails' | 'absent';

export interface Result {
  scenario: string;
  outcome: Outcome;
}

export interface ClientResults {
  id: string;
  client: string;
  version: string;
  results: Result[];
}

export function writeResults(of: ClientResults): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${of.id}.json`), `${JSON.stringify(of, undefined, 2)}\n`);
}

export const readResults = (): ClientResults[] =>
  readdirSync(RESULTS)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(RESULTS, file), 'utf8')) as ClientResults);

import { afterAll, beforeAll, describe, test } from 'vitest';
import { type Program, program } from './clients.ts';
import { type ClientResults, type Result, writeResults } from './results.ts';

/** Something that people do with a client; it makes what it needs, and uses names that no other scenario of the client uses. */
export interface Scenario<Client> {
  name: string;
  /** The first version of the client, such as `1.26`, that can do it. */
  since?: string;
  run(client: Client): Promise<void>;
}

export interface Trial<Client> {
  /** Of the program among those that the set-up brings, and of the results. */
  id: string;
  /** As the page calls it. */
  client: string;
  scenarios: readonly Scenario<Client>[];
  version(path: string): Promise<string>;
  /** Makes ready what all scenarios share, such as a namespace. */
  open(path: string, version: string): Promise<Client>;
  close?(client: Client): void | Promise<void>;
}

/** A test for each scenario, and a file with what came of them. */
export function tryOut<Client>(trial: Trial<Client>, found: Program = program(trial.id)): void {
  const { id, client: name, scenarios } = trial;
  if ('reason' in found) {
    test.skip(`R1: ${name}: ${found.reason}`, () => {});
    return;
  }
  describe(`R1: ${name}`, () => {
    const of: ClientResults = { id, client: name, version: '', results: [] };
    let client: Client | undefined;
    beforeAll(async () => {
      of.version = await trial.version(found.path);
      client = await trial.open(found.path, of.version);
    });
    afterAll(async () => {
      if (client !== undefined) await trial.close?.(client);
      writeResults(of);
    });

    test.for(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async ([scenario, { since, run }], { skip }) => {
      if (since !== undefined && isOlder(of.version, since)) {
        of.results.push({ scenario, outcome: 'absent' });
        skip(`since ${since}`);
      }
      const result: Result = { scenario, outcome: 'fails' };
      of.results.push(result);
      if (client !== undefined) await run(client);
      result.outcome = 'works';
    });
  });
}

/** Whether version `a` is older than `b`; both such as `1.20`. */
function isOlder(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA < majorB || (majorA === majorB && minorA < minorB);
}

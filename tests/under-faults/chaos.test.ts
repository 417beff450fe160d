import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verdict } from '../chaos/checkers/checker.ts';
import { CHECKERS } from '../chaos/checkers/checkers.ts';
import { FAULT_KINDS } from '../chaos/faults.ts';
import { runChaos } from '../chaos/run.ts';
import { Processes } from '../chaos/targets/processes.ts';

/** Always the same faults: another seed is for `npm run chaos`, where somebody looks at what it finds. */
const SEED = 2;
const MINUTES = 2;

describe(`R2: ${MINUTES} minutes of chaos`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubernats-chaos-'));
  const help = `what happened is in ${folder}; again: npm run chaos -- --seed ${SEED} --minutes ${MINUTES}`;
  let verdicts: Map<string, Verdict>;
  let allIsWell = false;

  beforeAll(async () => {
    try {
      verdicts = await runChaos({
        ...{ seed: SEED, durationMs: MINUTES * 60_000, kinds: FAULT_KINDS, folder },
        start: (home) => Processes.start(home),
        // They are in the history, too.
        say: () => {},
      });
    } catch (cause) {
      throw new Error(`the run did not come to its end; ${help}`, { cause });
    }
    allIsWell = [...verdicts.values()].every(({ wrong }) => wrong.length === 0);
  });
  afterAll(() => {
    if (allIsWell) rmSync(folder, { recursive: true });
  });

  test.each(CHECKERS.map(({ name }) => name))('%s', (name) => {
    const { wrong, looked } = verdicts.get(name) ?? { wrong: ['was not checked'], looked: 'nothing' };
    expect(wrong, `${looked}; ${help}`).toEqual([]);
  });
});

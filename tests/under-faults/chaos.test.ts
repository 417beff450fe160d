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

describe('R2: two minutes of chaos', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubernats-chaos-'));
  let verdicts: Map<string, Verdict>;
  let allIsWell = false;

  beforeAll(async () => {
    verdicts = await runChaos({
      ...{ seed: SEED, durationMs: 120_000, kinds: FAULT_KINDS, folder },
      start: (home) => Processes.start(home),
      say: (line) => console.log(line),
    });
    allIsWell = [...verdicts.values()].every(({ wrong }) => wrong.length === 0);
  });
  afterAll(() => {
    if (allIsWell) rmSync(folder, { recursive: true });
  });

  test.each(CHECKERS.map(({ name }) => name))('%s', (name) => {
    expect(verdicts.get(name)?.wrong, `the history is kept in ${folder}`).toEqual([]);
  });
});

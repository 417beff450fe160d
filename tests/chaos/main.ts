// `npm run chaos [-- --seed N --minutes N --faults KIND,… --against processes --folder FOLDER]`: docs/operations.md, "Chaos".
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { realRandom } from '@kubernats/clock';
import { FAULT_KINDS, type FaultKind } from './faults.ts';
import { runChaos } from './run.ts';
import { TARGETS } from './targets/targets.ts';

const SEEDS = 2 ** 31;

function wrongUsage(message: string): never {
  console.error(message);
  process.exit(2);
}

function argumentsGiven() {
  try {
    return parseArgs({
      options: {
        seed: { type: 'string' },
        minutes: { type: 'string', default: '10' },
        against: { type: 'string', default: 'processes' },
        faults: { type: 'string', default: FAULT_KINDS.join(',') },
        folder: { type: 'string' },
      },
    }).values;
  } catch (error) {
    return wrongUsage((error as Error).message);
  }
}

const values = argumentsGiven();
const seed = values.seed === undefined ? realRandom.int(SEEDS) : Number(values.seed);
if (!Number.isInteger(seed) || seed < 0) wrongUsage(`--seed ${values.seed}: a whole number from 0 on`);
const minutes = Number(values.minutes);
if (!(minutes > 0)) wrongUsage(`--minutes ${values.minutes}: a number above 0`);
const kinds = values.faults.split(',').filter(Boolean);
const strange = kinds.filter((kind) => !FAULT_KINDS.includes(kind as FaultKind));
if (strange.length > 0) wrongUsage(`--faults ${strange.join(',')}: there are ${FAULT_KINDS.join(', ')}`);
const start = TARGETS[values.against];
if (start === undefined) wrongUsage(`--against ${values.against}: there are ${Object.keys(TARGETS).join(', ')}`);

const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'kubernats-chaos-'));
const again = `npm run chaos -- --seed ${seed} --minutes ${minutes} --against ${values.against} --faults ${kinds.join(',')}`;
console.log(`seed ${seed}, ${minutes} minutes; all is noted in ${folder}`);
try {
  const verdicts = await runChaos({
    ...{ seed, durationMs: minutes * 60_000, kinds: kinds as FaultKind[], folder, start },
    say: (line) => console.log(line),
  });
  for (const [name, { wrong, looked }] of verdicts) {
    console.log(`${wrong.length === 0 ? 'green' : 'RED  '}  ${name} (${looked})`);
    for (const line of wrong) console.log(`         ${line}`);
  }
  process.exitCode = [...verdicts.values()].every(({ wrong }) => wrong.length === 0) ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
if (process.exitCode === 0 && values.folder === undefined) rmSync(folder, { recursive: true, force: true });
else if (process.exitCode !== 0) console.log(`What happened: ${folder}. The same faults and steps again: ${again}`);
// What was under way when a run broke off may wait for ever for the cluster that it had.
process.exit();

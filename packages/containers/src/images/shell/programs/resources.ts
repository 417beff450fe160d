// Programs that use up what a container may have (P5): `stress`, as the tool of that name, and `kubernats-use`, which is simpler.
import { quantityMilli, quantityOf, quantityValue } from '@kubernats/apimachinery';
import { ProgramExit } from '../../../programs/program-exit.ts';
import { planStress, type StressPlan } from '../../stress/plan-stress.ts';
import { Complaint } from '../process/errors.ts';
import type { Program } from '../process/invocation.ts';

const stress: Program = async (run) => {
  const plan = planned(run.name, run.args);
  if (plan instanceof ProgramExit) {
    await run.err(`${plan.message}\n`);
    return plan.code;
  }
  if (typeof plan === 'string') {
    await run.out(plan);
    return 0;
  }
  await run.out(plan.begun);
  const part = run.process.meter.part();
  try {
    part.setCpu(plan.millicores);
    part.setMemory(plan.memoryBytes);
    await run.process.sleep(plan.timeoutMs ?? Infinity);
  } finally {
    part.release();
  }
  await run.out(plan.done);
  return 0;
};

function planned(name: string, args: readonly string[]): StressPlan | string | ProgramExit {
  try {
    return planStress(name, args);
  } catch (error) {
    if (error instanceof ProgramExit) return error;
    throw error;
  }
}

const USE_HELP = `Usage: kubernats-use memory AMOUNT|-    hold so much memory, such as 1Gi; -: as the image does
       kubernats-use cpu AMOUNT|-       want so much CPU, such as 500m
       kubernats-use                    show what the container holds
`;

/** Unlike `stress` it returns at once, and what it says stands. */
const use: Program = async (run) => {
  const { meter } = run.process;
  const [what, text] = run.args;
  if (what === undefined) {
    await run.out(`memory ${quantityOf(BigInt(meter.memoryBytes) * 1_000_000_000n, 'BinarySI')}\n`);
    return 0;
  }
  if ((what !== 'memory' && what !== 'cpu') || text === undefined || run.args.length !== 2) {
    await run.err(USE_HELP);
    return 1;
  }
  meter.override(what, text === '-' ? undefined : amountOf(what, text));
  return 0;
};

function amountOf(what: 'memory' | 'cpu', text: string): number {
  try {
    const amount = what === 'memory' ? quantityValue(text) : quantityMilli(text);
    if (amount < 0) throw new Error('must be greater than or equal to 0');
    return amount;
  } catch (error) {
    throw new Complaint(`${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export const RESOURCES: Readonly<Record<string, Program>> = { 'kubernats-use': use, stress };

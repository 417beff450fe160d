import { ArithmeticError } from '../language/arithmetic.ts';
import { Exit, Interrupt, LoopJump, Return, ShellError } from './flow.ts';
import { ParseError, parseScript } from './parse.ts';
import { runStatements, runTrap } from './run.ts';
import type { Shell } from './shell.ts';

/** Runs a shell to its end in its own process; whatever ends it gives a status. Its EXIT trap runs at the end. */
export function runSubshell(shell: Shell, work: (shell: Shell) => Promise<number>): Promise<number> {
  return shell.process.run(async () => {
    const status = await ended(shell, work);
    const { onExit } = shell.traps;
    if (onExit === undefined) return status;
    shell.traps.onExit = undefined;
    shell.status = status;
    return ended(shell, async () => {
      await runTrap(shell, onExit);
      return status;
    });
  });
}

async function ended(shell: Shell, work: (shell: Shell) => Promise<number>): Promise<number> {
  try {
    return await work(shell);
  } catch (error) {
    if (error instanceof Exit || error instanceof Return) return error.status;
    if (error instanceof LoopJump) return 0;
    if (error instanceof Interrupt) return 130;
    return complainedOf(shell, error);
  }
}

/** Says what was wrong with a script, and gives the status for it. What is no mistake of the script is thrown on. */
export async function complainedOf(shell: Shell, error: unknown): Promise<number> {
  if (error instanceof ParseError) {
    await shell.complain(`syntax error: ${error.message}`);
    return 2;
  }
  if (error instanceof ArithmeticError) {
    await shell.complain(shell.flavour === 'bash' ? error.message : `arithmetic syntax error: ${error.message}`);
    return shell.flavour === 'bash' ? 1 : 2;
  }
  if (!(error instanceof ShellError)) throw error;
  await shell.complain(error.message);
  return error.status;
}

/** Runs a text as part of the shell itself: `eval`, `.`, a trap. */
export function runText(shell: Shell, text: string): Promise<number> {
  return shell.nested(() => runStatements(shell, parseScript(text).statements));
}

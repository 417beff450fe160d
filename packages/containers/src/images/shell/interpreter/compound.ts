import type { StatementNode } from 'just-bash';
import type { Command } from '../language/ast.ts';
import { matches } from '../language/pattern.ts';
import { arithmetic } from './arithmetic-names.ts';
import { expandPattern, expandText, expandWords } from './expand.ts';
import { LoopJump } from './flow.ts';
import { runStatements } from './run.ts';
import type { Shell } from './shell.ts';

export async function runIf(shell: Shell, node: Command<'If'>): Promise<number> {
  for (const { condition, body } of node.clauses) {
    if (await holds(shell, condition)) return runBody(shell, body);
  }
  return runBody(shell, node.elseBody ?? []);
}

async function runBody(shell: Shell, body: readonly StatementNode[]): Promise<number> {
  shell.status = 0;
  return runStatements(shell, body);
}

async function holds(shell: Shell, condition: readonly StatementNode[]): Promise<boolean> {
  shell.guarded += 1;
  try {
    return (await runStatements(shell, condition)) === 0;
  } finally {
    shell.guarded -= 1;
  }
}

export async function runFor(shell: Shell, node: Command<'For'>): Promise<number> {
  const words = node.words === null ? shell.args : await expandWords(shell, node.words);
  shell.status = 0;
  for (const word of words) {
    shell.variables.set(node.variable, word);
    if (!(await inLoop(shell, () => runStatements(shell, node.body)))) break;
  }
  return shell.status;
}

export async function runForNumbers(shell: Shell, node: Command<'CStyleFor'>): Promise<number> {
  if (node.init) await arithmetic(shell, node.init);
  shell.status = 0;
  while (!node.condition || (await arithmetic(shell, node.condition)) !== 0n) {
    if (!(await inLoop(shell, () => runStatements(shell, node.body)))) break;
    if (node.update) await arithmetic(shell, node.update);
  }
  return shell.status;
}

export async function runWhile(shell: Shell, node: Command<'While'> | Command<'Until'>): Promise<number> {
  let status = 0;
  for (;;) {
    let held = false;
    // `break` within the condition leaves the loop as well.
    const goesOn = await inLoop(shell, async () => {
      held = await holds(shell, node.condition);
    });
    if (!goesOn || held !== (node.type === 'While')) return status;
    const again = await inLoop(shell, () => runStatements(shell, node.body));
    status = shell.status;
    if (!again) return status;
  }
}

/** Does a part of a loop. @returns whether the loop goes on */
async function inLoop(shell: Shell, work: () => Promise<unknown>): Promise<boolean> {
  shell.loops += 1;
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof LoopJump)) throw error;
    error.levels -= 1;
    if (error.levels > 0 && shell.loops > 1) throw error;
    return error.kind === 'continue';
  } finally {
    shell.loops -= 1;
  }
}

export async function runCase(shell: Shell, node: Command<'Case'>): Promise<number> {
  const word = await expandText(shell, node.word);
  shell.status = 0;
  let fallsThrough = false;
  for (const { patterns, body, terminator } of node.items) {
    let chosen = fallsThrough;
    for (const pattern of patterns) {
      if (chosen) break;
      chosen = matches(await expandPattern(shell, pattern), word);
    }
    if (!chosen) continue;
    await runStatements(shell, body);
    if (terminator === ';;') break;
    fallsThrough = terminator === ';&';
  }
  return shell.status;
}

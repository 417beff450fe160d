// Runs the tree of a script. Source: POSIX, Shell Command Language; bash where scripts rely on it.
import type { CommandNode, PipelineNode, StatementNode } from 'just-bash';
import type { Command } from '../language/ast.ts';
import { NullFile } from '../streams/bytes.ts';
import type { OpenFile } from '../streams/open-file.ts';
import { pipe } from '../streams/pipe.ts';
import { arithmetic } from './arithmetic-names.ts';
import { runCase, runFor, runForNumbers, runIf, runWhile } from './compound.ts';
import { testCondition } from './conditional.ts';
import { Exit, Interrupt, ShellError } from './flow.ts';
import { parseScript } from './parse.ts';
import { redirected } from './redirect.ts';
import type { Shell } from './shell.ts';
import { runSimple } from './simple.ts';
import { runSubshell } from './subshell.ts';

/** Where a command stands: `last` says that the shell has nothing else to do, so that a program may take its place. */
export interface Place {
  last?: boolean;
}

export async function runStatements(shell: Shell, statements: readonly StatementNode[], place: Place = {}): Promise<number> {
  for (const [i, statement] of statements.entries()) {
    if (mustHeed(shell)) await heed(shell);
    await runStatement(shell, statement, place.last === true && i === statements.length - 1 ? place : {});
  }
  if (mustHeed(shell)) await heed(shell);
  return shell.status;
}

/** Whether something waits between two statements; asked so often that it is quick. */
function mustHeed({ process, traps, interrupted }: Shell): boolean {
  process.check();
  return process.system.isTurnDue() || interrupted || traps.waiting !== undefined;
}

/** Lets others have their turn, and runs the traps of signals that have come. */
export async function heed(shell: Shell): Promise<void> {
  const { process, traps } = shell;
  await process.system.turn(process);
  if (shell.interrupted) {
    shell.interrupted = false;
    throw new Interrupt();
  }
  for (let trap = traps.next(); trap; trap = traps.next()) await runTrap(shell, trap.body);
}

/** A trap runs in the shell itself, and leaves `$?` as it was. */
export async function runTrap(shell: Shell, body: string): Promise<void> {
  const { status } = shell;
  await runStatements(shell, parseScript(body).statements);
  shell.status = status;
}

async function runStatement(shell: Shell, statement: StatementNode, place: Place): Promise<void> {
  if (statement.deferredError) throw new ShellError(statement.deferredError.message, 2, true);
  if (statement.background) {
    startJob(shell, statement);
    return;
  }
  const { pipelines, operators } = statement;
  for (const [i, pipeline] of pipelines.entries()) {
    const operator = i === 0 ? ';' : operators[i - 1];
    if ((operator === '&&' && shell.status !== 0) || (operator === '||' && shell.status === 0)) continue;
    const looked = i < pipelines.length - 1;
    if (looked) shell.guarded += 1;
    try {
      await runPipeline(shell, pipeline, pipelines.length === 1 ? place : {});
    } finally {
      if (looked) shell.guarded -= 1;
    }
  }
}

async function runPipeline(shell: Shell, node: PipelineNode, place: Place): Promise<void> {
  const { commands, negated, timed } = node;
  const [only] = commands;
  const clock = shell.process.system.clock;
  const startedMs = clock.monotonic();
  if (negated) shell.guarded += 1;
  try {
    if (commands.length === 1 && only) shell.status = await runCommand(shell, only, timed || negated ? {} : place);
    else shell.status = await runPipe(shell, node);
  } finally {
    if (negated) shell.guarded -= 1;
  }
  if (timed) {
    const seconds = (clock.monotonic() - startedMs) / 1000;
    const time = `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
    await shell.err(`\nreal\t${time}\nuser\t0m0.000s\nsys\t0m0.000s\n`);
  }
  if (negated) {
    shell.status = shell.status === 0 ? 1 : 0;
  } else if (shell.status !== 0 && shell.guarded === 0 && (commands.length > 1 || (only && failsTheShell(only)))) {
    if (shell.traps.onError !== undefined) await runTrap(shell, shell.traps.onError);
    if (shell.options.has('e')) throw new Exit(shell.status);
  }
}

/** What `set -e` looks at: other compound commands have been looked at from inside. */
function failsTheShell({ type }: CommandNode): boolean {
  return type === 'SimpleCommand' || type === 'Subshell' || type === 'ArithmeticCommand' || type === 'ConditionalCommand';
}

/** Every part of a pipe is a process of its own, and all run at once. */
async function runPipe(shell: Shell, { commands, pipeStderr }: PipelineNode): Promise<number> {
  let input: OpenFile | undefined;
  const parts: Promise<number>[] = [];
  for (const [i, command] of commands.entries()) {
    const files = new Map(shell.process.files);
    const owned: OpenFile[] = [];
    if (input) {
      files.set(0, input);
      owned.push(input);
    }
    input = undefined;
    if (i < commands.length - 1) {
      const { reader, writer } = pipe();
      input = reader;
      files.set(1, writer);
      if (pipeStderr?.[i]) files.set(2, writer);
      owned.push(writer);
    }
    const part = shell.fork(files);
    // The part holds its files itself from now on.
    for (const file of owned) file.release();
    parts.push(runSubshell(part, (sub) => runCommand(sub, command, { last: true })));
  }
  const statuses = await waitInForeground(shell, Promise.all(parts));
  shell.pipeStatus = statuses;
  const failed = statuses.findLast((status) => status !== 0);
  return (shell.options.has('pipefail') ? failed : statuses.at(-1)) ?? 0;
}

/** Waits for programs that the keys of the terminal reach as well; ^C that ended one of them is for the script too. */
export async function waitInForeground<T extends number | readonly number[]>(shell: Shell, work: Promise<T>): Promise<T> {
  const before = shell.waitsForChild;
  shell.waitsForChild = true;
  try {
    const result = await shell.process.wait(work);
    const statuses: readonly number[] = typeof result === 'number' ? [result] : result;
    if (!statuses.includes(130)) shell.interrupted = false;
    return result;
  } finally {
    shell.waitsForChild = before;
  }
}

export function startJob(shell: Shell, statement: StatementNode): void {
  const files = new Map(shell.process.files);
  const nothing = new NullFile();
  // Without job control a job in the background does not read what is typed, and ^C is not meant for it.
  if (!shell.interactive) files.set(0, nothing);
  const job = shell.fork(files, shell.interactive);
  nothing.release();
  if (!shell.interactive) {
    job.process.handlers.set('SIGINT', 'ignore');
    job.process.handlers.set('SIGQUIT', 'ignore');
  }
  const { operators, pipelines, sourceText } = statement;
  const foreground: StatementNode = { ...statement, operators, pipelines, background: false };
  void runSubshell(job, (sub) => runStatements(sub, [foreground], { last: true }));
  const text = (sourceText ?? '').replace(/\s*&\s*$/, '');
  shell.jobs.add(job.process, text);
  shell.lastBackgroundPid = job.process.pid;
  shell.status = 0;
}

export async function runCommand(shell: Shell, node: CommandNode, place: Place): Promise<number> {
  if (node.type === 'SimpleCommand') return runSimple(shell, node, place);
  if (node.type === 'FunctionDef') {
    shell.functions.set(node.name, node);
    return 0;
  }
  return redirected(shell, node.redirections, () => runCompound(shell, node));
}

type Compound = Exclude<CommandNode, Command<'SimpleCommand'> | Command<'FunctionDef'>>;

export async function runCompound(shell: Shell, node: Compound): Promise<number> {
  switch (node.type) {
    case 'If':
      return runIf(shell, node);
    case 'For':
      return runFor(shell, node);
    case 'CStyleFor':
      return runForNumbers(shell, node);
    case 'While':
    case 'Until':
      return runWhile(shell, node);
    case 'Case':
      return runCase(shell, node);
    case 'Group':
      return runStatements(shell, node.body);
    case 'Subshell':
      return waitInForeground(
        shell,
        runSubshell(shell.fork(), (sub) => runStatements(sub, node.body, { last: true })),
      );
    case 'ArithmeticCommand':
      return (await arithmetic(shell, node.expression)) === 0n ? 1 : 0;
    case 'ConditionalCommand':
      return (await testCondition(shell, node.expression)) ? 0 : 1;
  }
}

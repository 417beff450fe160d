// One simple command: `NAME=value … word … > file`. Source: POSIX, Simple Commands and Command Search and Execution.
import type { SimpleCommandNode, WordNode } from 'just-bash';
import { type Builtin, builtinNamed } from '../builtins/builtins.ts';
import { codeOf, textOf } from '../process/errors.ts';
import { type FoundProgram, findProgram } from '../process/find-program.ts';
import { Process } from '../process/process.ts';
import { assign } from './assign.ts';
import { expandText, expandWords } from './expand.ts';
import { Exit, Return } from './flow.ts';
import { parseScript } from './parse.ts';
import { redirect, redirected } from './redirect.ts';
import { type Place, runCommand, waitInForeground } from './run.ts';
import type { Shell } from './shell.ts';

const DECLARES = new Set(['export', 'local', 'declare', 'typeset', 'readonly']);

export async function runSimple(shell: Shell, node: SimpleCommandNode, place: Place): Promise<number> {
  if (node.line) shell.line = node.line;
  const outer = shell.substituted;
  shell.substituted = [];
  shell.substitutionStatus = undefined;
  try {
    const command = withAlias(shell, node);
    const words = await wordsOf(shell, command);
    shell.lastArg = words.at(-1) ?? shell.lastArg;
    return await runWords(shell, words, command, place);
  } finally {
    for (const fd of shell.substituted) {
      shell.process.files.get(fd)?.release();
      shell.process.files.delete(fd);
    }
    shell.substituted = outer;
  }
}

async function wordsOf(shell: Shell, { name, args }: SimpleCommandNode): Promise<string[]> {
  if (!name) return [];
  const [first, ...more] = await expandWords(shell, [name]);
  if (first === undefined || !DECLARES.has(first))
    return [...(first === undefined ? [] : [first]), ...more, ...(await expandWords(shell, args))];
  const words = [first, ...more];
  // `export X=$y` is an assignment: its value is one text.
  for (const arg of args) words.push(...(isAssignment(arg) ? [await expandText(shell, arg)] : await expandWords(shell, [arg])));
  return words;
}

function isAssignment({ parts: [first] }: WordNode): boolean {
  return first?.type === 'Literal' && /^[A-Za-z_]\w*(\[[^\]]*\])?\+?=/.test(first.value);
}

/** An alias stands for the words that it was given, once. */
function withAlias(shell: Shell, node: SimpleCommandNode): SimpleCommandNode {
  const [part, ...more] = node.name?.parts ?? [];
  const value = part?.type === 'Literal' && more.length === 0 ? shell.aliases.get(part.value) : undefined;
  if (value === undefined) return node;
  const command = parseScript(value).statements[0]?.pipelines[0]?.commands[0];
  if (command?.type !== 'SimpleCommand') return node;
  return {
    ...node,
    name: command.name,
    args: [...command.args, ...node.args],
    assignments: [...command.assignments, ...node.assignments],
    redirections: [...command.redirections, ...node.redirections],
  };
}

async function runWords(shell: Shell, words: readonly string[], node: SimpleCommandNode, place: Place): Promise<number> {
  const { assignments, redirections } = node;
  const [name] = words;
  if (name === undefined) {
    return redirected(shell, redirections, async () => {
      for (const assignment of assignments) await assign(shell, assignment);
      if (shell.options.has('x') && assignments.length > 0)
        await trace(
          shell,
          assignments.map((one) => `${one.name}=${shell.variables.get(one.name) ?? ''}`),
        );
      return shell.substitutionStatus ?? 0;
    });
  }
  if (shell.options.has('x')) await trace(shell, words);
  if (name === 'exec') return runExec(shell, words.slice(1), node);
  const definition = shell.functions.get(name);
  const builtin = definition ? undefined : builtinNamed(name);
  if (!definition && !builtin) return runProgram(shell, words, node, place);
  return redirected(shell, redirections, async () => {
    if (definition) return callFunction(shell, definition.body, definition.redirections, words.slice(1), assignments);
    return withAssignments(shell, assignments, async () => (builtin ? runBuiltin(shell, builtin, words.slice(1), name) : 0));
  });
}

async function runBuiltin(shell: Shell, builtin: Builtin, args: readonly string[], name: string): Promise<number> {
  try {
    return await builtin(shell, args, name);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || code === 'EPIPE') throw error;
    await shell.complain(`${code === 'ENOSPC' ? 'write error' : name}: ${textOf(error)}`);
    return 1;
  }
}

async function trace(shell: Shell, words: readonly string[]): Promise<void> {
  const shown = words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`));
  await shell.err(`${shell.variables.get('PS4') ?? '+ '}${shown.join(' ')}\n`);
}

/** Assignments before a command hold for that command. */
async function withAssignments<T>(shell: Shell, assignments: SimpleCommandNode['assignments'], work: () => Promise<T>): Promise<T> {
  if (assignments.length === 0) return work();
  const before = assignments.map(({ name }) => [name, shell.variables.find(name)] as const);
  const saved = before.map(([name, variable]) => [name, variable && { ...variable }] as const);
  for (const assignment of assignments) {
    await assign(shell, assignment);
    shell.variables.mark(assignment.name, { exported: true });
  }
  try {
    return await work();
  } finally {
    for (const [name, variable] of saved) {
      if (variable) shell.variables.mark(name, { exported: undefined, ...variable });
      else shell.variables.unset(name);
    }
  }
}

type FunctionBody = NonNullable<ReturnType<Shell['functions']['get']>>['body'];

async function callFunction(
  shell: Shell,
  body: FunctionBody,
  redirections: SimpleCommandNode['redirections'],
  args: readonly string[],
  assignments: SimpleCommandNode['assignments'],
): Promise<number> {
  const { args: outerArgs, loops } = shell;
  return shell.nested(() =>
    withAssignments(shell, assignments, async () => {
      shell.variables.enter();
      shell.args = args;
      shell.loops = 0;
      try {
        return await redirected(shell, redirections, () => runCommand(shell, body, {}));
      } catch (error) {
        if (error instanceof Return) return error.status;
        throw error;
      } finally {
        shell.variables.leave();
        shell.args = outerArgs;
        shell.loops = loops;
      }
    }),
  );
}

/** A program of its own process, or in the shell's place when the shell has nothing else to do. */
async function runProgram(shell: Shell, words: readonly string[], node: SimpleCommandNode, place: Place): Promise<number> {
  if (place.last && !shell.traps.any && !shell.interactive) return runExec(shell, words, node);
  let child: Process | undefined;
  let found: FoundProgram | undefined;
  const refused = await redirected(shell, node.redirections, () =>
    withAssignments(shell, node.assignments, async () => {
      found = await findProgram(shell.process, words[0] ?? '');
      if ('status' in found) return complainOfMissing(shell, words[0] ?? '', found);
      const { process } = shell;
      child = new Process({
        system: process.system,
        parent: process,
        argv: words,
        env: shell.variables.exported(),
        cwd: process.cwd,
        files: process.files,
      });
      return 0;
    }),
  );
  if (!child || !found || 'status' in found) return refused;
  const { run } = found;
  return waitInForeground(
    shell,
    child.run((process) => run(process, words)),
  );
}

async function complainOfMissing(shell: Shell, word: string, { status, code }: { status: 126 | 127; code: string }): Promise<number> {
  const bash = shell.flavour === 'bash';
  const missing = bash ? (word.includes('/') ? 'No such file or directory' : 'command not found') : 'not found';
  const why = code === 'ENOENT' ? missing : code === 'EISDIR' && bash ? 'Is a directory' : 'Permission denied';
  await shell.complain(`${word}: ${why}`);
  return status;
}

/** `exec`: redirections that stay; with words, a program takes the shell's place. */
async function runExec(shell: Shell, words: readonly string[], node: SimpleCommandNode): Promise<number> {
  if (!(await redirect(shell, node.redirections))) {
    if (words.length > 0 && !shell.interactive) throw new Exit(1);
    return 1;
  }
  if (words.length === 0) return 0;
  const status = await withAssignments(shell, node.assignments, async () => {
    const { process } = shell;
    const found = await findProgram(process, words[0] ?? '');
    if ('status' in found) return complainOfMissing(shell, words[0] ?? '', found);
    process.argv = words;
    process.env = shell.variables.exported();
    for (const [name, how] of process.handlers) if (how !== 'ignore') process.handlers.delete(name);
    return found.run(process, words);
  });
  throw new Exit(status);
}

import { Exit, LoopJump, Return, ShellError } from '../interpreter/flow.ts';
import type { Shell } from '../interpreter/shell.ts';
import { runText } from '../interpreter/subshell.ts';
import { codeOf, textOf } from '../process/errors.ts';
import { findProgram } from '../process/find-program.ts';
import { Process } from '../process/process.ts';
import { programPath } from '../programs/programs.ts';
import { type Builtins, builtinNamed } from './builtins.ts';

const KEYWORDS = new Set('if then else elif fi for while until do done case esac in function select time { } ! [['.split(' '));

export const FLOW: Builtins = {
  ':': () => 0,
  true: () => 0,
  false: () => 1,
  break: (shell, args) => jump(shell, 'break', args),
  continue: (shell, args) => jump(shell, 'continue', args),
  exit: (shell, args, name) => {
    throw new Exit(statusOf(shell, args, name));
  },
  logout: (shell, args, name) => {
    throw new Exit(statusOf(shell, args, name));
  },
  return: (shell, args, name) => {
    throw new Return(statusOf(shell, args, name));
  },
  eval: (shell, args) => (args.length === 0 ? 0 : runText(shell, args.join(' '))),
  '.': source,
  source,
  command,
  builtin: (shell, [name = '', ...args]) => {
    const found = builtinNamed(name);
    if (!found) throw new ShellError(`builtin: ${name}: not a shell builtin`);
    return found(shell, args, name);
  },
  type: async (shell, args) => describeAll(shell, args, 'V'),
};

function jump(shell: Shell, kind: 'break' | 'continue', [levels = '1']: readonly string[]): number {
  if (shell.loops === 0) return 0;
  throw new LoopJump(kind, Math.max(1, Number(levels) || 1));
}

function statusOf(shell: Shell, [text]: readonly string[], name: string): number {
  if (text === undefined) return shell.status;
  if (!/^[-+]?\d+$/.test(text)) {
    const why = shell.flavour === 'bash' ? `${name}: ${text}: numeric argument required` : `Illegal number: ${text}`;
    throw new ShellError(why, 2, true);
  }
  return Number(text) & 0xff;
}

async function source(shell: Shell, [file, ...args]: readonly string[], name: string): Promise<number> {
  if (file === undefined) throw new ShellError(`${name}: filename argument required`, 2);
  const { process } = shell;
  const { tree } = process.system;
  const places = file.includes('/')
    ? [file]
    : [...(shell.variables.get('PATH') ?? '').split(':').map((folder) => `${folder}/${file}`), file];
  let text: string | undefined;
  let failure: unknown;
  for (const place of places) {
    try {
      text = Buffer.from(await process.wait(tree.read(process.path(place), process.wait))).toString('utf8');
      break;
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      failure = error;
    }
  }
  if (text === undefined) {
    throw new ShellError(
      shell.flavour === 'bash' ? `${file}: ${textOf(failure)}` : `.: can't open '${file}': No such file or directory`,
      1,
      true,
    );
  }
  const outer = shell.args;
  if (args.length > 0) shell.args = args;
  try {
    return await runText(shell, text);
  } catch (error) {
    if (error instanceof Return) return error.status;
    throw error;
  } finally {
    shell.args = outer;
  }
}

async function command(shell: Shell, args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === '-v' || first === '-V') return describeAll(shell, rest, first[1] ?? 'v');
  const words = first === '-p' || first === '--' ? rest : args;
  const [name] = words;
  if (name === undefined) return 0;
  const builtin = builtinNamed(name);
  if (builtin) return builtin(shell, words.slice(1), name);
  const { process } = shell;
  const found = await findProgram(process, name);
  if ('status' in found) {
    await shell.complain(`${name}: ${shell.flavour === 'bash' ? 'command not found' : 'not found'}`);
    return found.status;
  }
  const env = shell.variables.exported();
  const child = new Process({ system: process.system, parent: process, argv: words, env, cwd: process.cwd, files: process.files });
  return process.wait(child.run((one) => found.run(one, words)));
}

async function describeAll(shell: Shell, names: readonly string[], how: string): Promise<number> {
  let status = 0;
  for (const name of names.filter((one) => !one.startsWith('-'))) {
    const what = await describe(shell, name);
    if (what) await shell.out(how === 'v' ? `${what.short}\n` : `${what.long}\n`);
    else {
      if (how === 'V')
        await shell.err(shell.flavour === 'bash' ? `${shell.complaintPrefix}type: ${name}: not found\n` : `${name}: not found\n`);
      status = shell.flavour === 'bash' ? 1 : 127;
    }
  }
  return status;
}

async function describe(shell: Shell, name: string): Promise<{ short: string; long: string } | undefined> {
  const alias = shell.aliases.get(name);
  if (alias !== undefined) return { short: `alias ${name}='${alias}'`, long: `${name} is an alias for ${alias}` };
  if (KEYWORDS.has(name)) return { short: name, long: `${name} is a shell keyword` };
  if (shell.functions.has(name)) return { short: name, long: `${name} is a function` };
  if (builtinNamed(name) || name === 'exec') return { short: name, long: `${name} is a shell builtin` };
  const found = await findProgram(shell.process, name);
  if ('status' in found) return undefined;
  const path = name.includes('/') ? name : (programPath(name) ?? name);
  return { short: path, long: `${name} is ${path}` };
}

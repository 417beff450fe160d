import { repositoryOf } from '../../../image.ts';
import { builtinNamed } from '../builtins/builtins.ts';
import { ShellError } from '../interpreter/flow.ts';
import { interactiveShell } from '../interpreter/interactive.ts';
import { parseScript } from '../interpreter/parse.ts';
import { runStatements } from '../interpreter/run.ts';
import { scriptedShell } from '../interpreter/scripted.ts';
import { type Flavour, Shell } from '../interpreter/shell.ts';
import { runSubshell } from '../interpreter/subshell.ts';
import { Complaint, codeOf, textOf } from '../process/errors.ts';
import type { Invocation, Program } from '../process/invocation.ts';

const SCRIPT_BYTES_MAX = 64 * 1024 * 1024;

/** What the words of a shell's command line ask for. */
interface Request {
  options: string[];
  command?: string;
  file?: string;
  /** `$0` and what follows it. */
  words: string[];
  interactive: boolean;
  login: boolean;
}

/** Reads a shell's command line. Source: POSIX, `sh`. */
export function requestOf(args: readonly string[]): Request {
  const request: Request = { options: [], words: [], interactive: false, login: false };
  const rest = [...args];
  let takesCommand = false;
  let fromInput = false;
  while (/^[-+]./.test(rest[0] ?? '')) {
    const flags = rest.shift() ?? '';
    if (flags === '--') break;
    if (flags === '--login') request.login = true;
    if (flags.startsWith('--')) continue;
    for (const flag of flags.slice(1)) {
      if (flag === 'c') takesCommand = true;
      else if (flag === 'i') request.interactive = true;
      else if (flag === 'l') request.login = true;
      else if (flag === 's') fromInput = true;
      else if (flag === 'o' || flag === 'O') request.options.push(`${flags[0]}o`, rest.shift() ?? '');
      else request.options.push(`${flags[0]}${flag}`);
    }
  }
  if (takesCommand) {
    const command = rest.shift();
    if (command === undefined) throw new Complaint('-c requires an argument', 2);
    return { ...request, command, words: rest };
  }
  if (!fromInput && rest[0] !== undefined) request.file = rest[0];
  return { ...request, words: fromInput ? ['', ...rest] : rest };
}

function flavourOf(name: string, image: string): Flavour {
  if (name === 'bash') return 'bash';
  if (name === 'dash') return 'dash';
  return /^(debian|ubuntu|buildpack-deps)$/.test(repositoryOf(image)) && name === 'sh' ? 'dash' : 'ash';
}

const sh: Program = async (run) => {
  const request = requestOf(run.args);
  const name = run.name.replace(/^-/, '');
  const zero = request.words[0] || (request.command === undefined ? (request.file ?? run.process.argv[0] ?? name) : name);
  const shell = new Shell(run.process, zero, flavourOf(name, run.system.context.image));
  shell.args = request.words.slice(1);
  for (let i = 0; i < request.options.length; i++) {
    const option = request.options[i] ?? '';
    const words =
      option.endsWith('o') && option.length === 2 && request.options[i + 1] !== undefined ? [option, request.options[++i] ?? ''] : [option];
    await builtinNamed('set')?.(shell, words, 'set');
  }
  shell.variables.set('PWD', run.process.cwd);
  if (shell.flavour === 'bash')
    shell.variables.mark('SHLVL', { value: String(Number(shell.variables.get('SHLVL') ?? 0) + 1), exported: true });
  const { command, file } = request;
  if (command !== undefined) return runSubshell(shell, (one) => runStatements(one, parseScript(command).statements, { last: true }));
  if (file !== undefined) return runSubshell(shell, async (one) => runStatements(one, parseScript(await scriptOf(run, file)).statements));
  const input = run.process.files.get(0);
  if (request.interactive || (input?.terminal && run.process.files.get(2)?.terminal)) return runSubshell(shell, interactiveShell);
  return runSubshell(shell, scriptedShell);
};

async function scriptOf(run: Invocation, file: string): Promise<string> {
  try {
    const opened = await run.open(file);
    const bytes = await run.all(run.chunks(opened), SCRIPT_BYTES_MAX);
    opened.release();
    return Buffer.from(bytes).toString('utf8');
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new ShellError(`can't open '${file}': ${textOf(error)}`, 127, true);
  }
}

export const SHELLS: Readonly<Record<string, Program>> = { sh, bash: sh, ash: sh, dash: sh };

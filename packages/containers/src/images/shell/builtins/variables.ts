import { arithmeticOf } from '../interpreter/arithmetic-names.ts';
import { assign, assignText } from '../interpreter/assign.ts';
import { ShellError } from '../interpreter/flow.ts';
import { parseScript } from '../interpreter/parse.ts';
import type { Shell } from '../interpreter/shell.ts';
import { isName, type Variable } from '../interpreter/variables.ts';
import { quote } from '../plan.ts';
import type { Builtins } from './builtins.ts';
import { getopts } from './getopts.ts';

export const VARIABLES: Builtins = {
  export: (shell, args) => declare(shell, args, { exported: true }, 'export'),
  readonly: (shell, args) => declare(shell, args, { readonly: true }, 'readonly'),
  local: (shell, args) => {
    if (!shell.variables.inFunction) throw new ShellError('local: not in a function');
    return declare(shell, args, {}, 'local');
  },
  declare: (shell, args) => declare(shell, args, {}, 'declare'),
  typeset: (shell, args) => declare(shell, args, {}, 'declare'),
  unset,
  set,
  shift: (shell, [count = '1']) => {
    const n = Number(count);
    if (!(n >= 0) || n > shell.args.length) {
      if (shell.flavour === 'bash') return 1;
      throw new ShellError("shift: can't shift that many", 2, true);
    }
    shell.args = shell.args.slice(n);
    return 0;
  },
  let: async (shell, args) => {
    let value = 0n;
    for (const arg of args) value = await arithmeticOf(shell, arg);
    return value === 0n ? 1 : 0;
  },
  getopts,
  alias: async (shell, args) => {
    let status = 0;
    if (args.length === 0) for (const [name, value] of shell.aliases) await shell.out(`alias ${name}='${value}'\n`);
    for (const arg of args) {
      const at = arg.indexOf('=');
      if (at > 0) shell.aliases.set(arg.slice(0, at), arg.slice(at + 1));
      else if (shell.aliases.has(arg)) await shell.out(`alias ${arg}='${shell.aliases.get(arg)}'\n`);
      else {
        await shell.complain(`alias: ${arg} not found`);
        status = 1;
      }
    }
    return status;
  },
  unalias: (shell, args) => {
    for (const arg of args) {
      if (arg === '-a') shell.aliases.clear();
      else shell.aliases.delete(arg);
    }
    return 0;
  },
  shopt: (shell, [flag, ...names]) => {
    for (const name of names) {
      if (flag === '-s') shell.options.add(name);
      if (flag === '-u') shell.options.delete(name);
    }
    return flag === '-q' && names.some((name) => !shell.options.has(name)) ? 1 : 0;
  },
};

const MARKS: Readonly<Record<string, Partial<Variable>>> = {
  x: { exported: true },
  r: { readonly: true },
  i: { integer: true },
  A: { associative: true },
  a: {},
};

async function declare(shell: Shell, args: readonly string[], given: Partial<Variable>, verb: string): Promise<number> {
  const { variables } = shell;
  const marks: Partial<Variable> = { ...given };
  const words = [...args];
  let array = false;
  let global = false;
  let prints = false;
  while (/^[-+][a-zA-Z]+$/.test(words[0] ?? '')) {
    const flags = words.shift() ?? '';
    for (const flag of flags.slice(1)) {
      if (flag === 'p') prints = true;
      if (flag === 'g') global = true;
      if (flag === 'n' && verb === 'export') marks.exported = false;
      if (flag === 'f') return declareFunctions(shell, words);
      array ||= flag === 'a' || flag === 'A';
      if (flags.startsWith('-')) Object.assign(marks, MARKS[flag]);
      else if (flag === 'x') marks.exported = false;
    }
  }
  if (words.length === 0 || prints) {
    const names = words.length > 0 ? words : variables.names();
    for (const name of names) {
      const variable = variables.find(name);
      if (!variable || (given.exported && !variable.exported) || (given.readonly && !variable.readonly)) continue;
      await shell.out(`${listing(shell, name, variable, verb)}\n`);
    }
    return 0;
  }
  let status = 0;
  for (const word of words) {
    const match = /^([A-Za-z_]\w*)(\[[^\]]*\])?(?:(\+?)=([\s\S]*))?$/.exec(word);
    const name = match?.[1];
    if (name === undefined || !isName(name)) {
      await shell.complain(
        shell.flavour === 'bash' ? `${verb}: \`${word}': not a valid identifier` : `${verb}: ${word}: bad variable name`,
      );
      status = 1;
      continue;
    }
    if (verb === 'local' || (verb === 'declare' && variables.inFunction && !global)) variables.local(name);
    const { readonly, ...others } = marks;
    variables.mark(name, others);
    const variable = variables.find(name);
    if (array && variable && !variable.items) variable.items = new Map(variable.value === undefined ? [] : [['0', variable.value]]);
    const text = match?.[4];
    if (text?.startsWith('(') && text.endsWith(')')) await assignList(shell, name, text, match?.[3] === '+');
    else if (text !== undefined) await assignText(shell, name + (match?.[2] ?? ''), text, match?.[3] === '+');
    if (readonly) variables.mark(name, { readonly });
  }
  return status;
}

/** `declare -a x=(…)`: the list came as a text. */
async function assignList(shell: Shell, name: string, text: string, append: boolean): Promise<void> {
  const command = parseScript(`${name}=${text}`).statements[0]?.pipelines[0]?.commands[0];
  const [assignment] = command?.type === 'SimpleCommand' ? command.assignments : [];
  if (assignment) await assign(shell, { ...assignment, append });
}

function listing(shell: Shell, name: string, variable: Variable, verb: string): string {
  const value = variable.items
    ? `=(${shell.variables
        .items(name)
        .map(([key, item]) => `[${key}]="${item}"`)
        .join(' ')})`
    : variable.value === undefined
      ? ''
      : `=${shell.flavour === 'bash' ? `"${variable.value.replace(/(["\\$`])/g, '\\$1')}"` : quoteAlways(variable.value)}`;
  if (shell.flavour !== 'bash') return `${verb} ${name}${value}`;
  const flags = `${variable.items ? (variable.associative ? 'A' : 'a') : ''}${variable.integer ? 'i' : ''}${variable.readonly ? 'r' : ''}${variable.exported ? 'x' : ''}`;
  return `declare -${flags || '-'} ${name}${value}`;
}

function quoteAlways(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function declareFunctions(shell: Shell, names: readonly string[]): number {
  return names.every((name) => shell.functions.has(name)) ? 0 : 1;
}

function unset(shell: Shell, args: readonly string[]): number {
  let functions = false;
  for (const arg of args) {
    if (arg === '-f') functions = true;
    else if (arg === '-v') functions = false;
    else if (functions) shell.functions.delete(arg);
    else {
      const element = /^(\w+)\[(.*)\]$/.exec(arg);
      if (element) shell.variables.find(element[1] ?? '')?.items?.delete(element[2] ?? '');
      else if (shell.variables.find(arg)) shell.variables.unset(arg);
      else shell.functions.delete(arg);
    }
  }
  return 0;
}

const NAMED: Readonly<Record<string, string>> = {
  allexport: 'a',
  errexit: 'e',
  monitor: 'm',
  noclobber: 'C',
  noexec: 'n',
  noglob: 'f',
  nounset: 'u',
  verbose: 'v',
  xtrace: 'x',
  pipefail: 'pipefail',
  emacs: 'emacs',
  vi: 'vi',
  ignoreeof: 'I',
  notify: 'b',
  posix: 'posix',
};

async function set(shell: Shell, args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    for (const name of shell.variables.names()) {
      const value = shell.variables.get(name);
      if (value !== undefined) await shell.out(`${name}=${shell.flavour === 'bash' ? quote(value) : quoteAlways(value)}\n`);
    }
    return 0;
  }
  const words = [...args];
  while (/^[-+]./.test(words[0] ?? '')) {
    const flags = words.shift() ?? '';
    if (flags === '--') {
      shell.args = words;
      return 0;
    }
    for (const flag of flags.slice(1)) {
      const name = flag === 'o' ? words.shift() : flag;
      if (name === undefined) return listOptions(shell);
      const option = flag === 'o' ? NAMED[name] : name;
      if (option === undefined) throw new ShellError(`set: illegal option ${flags[0]}o ${name}`, 2, true);
      if (flags.startsWith('-')) shell.options.add(option);
      else shell.options.delete(option);
    }
  }
  if (words[0] === '-') words.shift();
  if (words.length > 0) shell.args = words;
  return 0;
}

async function listOptions(shell: Shell): Promise<number> {
  for (const [name, option] of Object.entries(NAMED)) await shell.out(`${name.padEnd(16)}${shell.options.has(option) ? 'on' : 'off'}\n`);
  return 0;
}

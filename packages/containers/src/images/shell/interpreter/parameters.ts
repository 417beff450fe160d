// `$name` and `${name…}`. Source: POSIX, Parameter Expansion; bash for arrays, slices, replacement and case.

import type { ParameterOperation, Part } from '../language/ast.ts';
import { compile, matches, patternSource } from '../language/pattern.ts';
import { quote } from '../plan.ts';
import { arithmetic, expandQuoted, keyOf } from './arithmetic-names.ts';
import { expandPattern, expandText } from './expand.ts';
import { ShellError } from './flow.ts';
import type { Shell } from './shell.ts';

/** What a parameter is: one text, or the words of `$@` or an array; undefined: it is not set. */
export type Parameter = { kind: 'one'; value: string | undefined } | { kind: 'words'; values: readonly string[]; star: boolean };

/** `name[key]`, taken apart. */
export function splitElement(text: string): { name: string; key: string } | undefined {
  const match = /^([A-Za-z_]\w*)\[([\s\S]*)\]$/.exec(text);
  return match ? { name: match[1] ?? '', key: match[2] ?? '' } : undefined;
}

/** The value of a parameter that is one text. */
export function textOfParameter(shell: Shell, name: string): string | undefined {
  if (/^\d+$/.test(name)) return name === '0' ? shell.name : shell.args[Number(name) - 1];
  const { process } = shell;
  switch (name) {
    case '?':
      return String(shell.status);
    case '$':
    case 'BASHPID':
      return String(name === '$' ? shell.mainPid : process.pid);
    case '!':
      return shell.lastBackgroundPid === undefined ? undefined : String(shell.lastBackgroundPid);
    case '#':
      return String(shell.args.length);
    case '-':
      return [...shell.options].filter((option) => option.length === 1).join('') + (shell.interactive ? 'i' : '');
    case '_':
      return shell.lastArg;
    default:
      return shell.variables.get(name) ?? shell.special(name);
  }
}

async function parameterOf(shell: Shell, text: string): Promise<Parameter> {
  if (text === '@' || text === '*') return { kind: 'words', values: shell.args, star: text === '*' };
  const element = splitElement(text);
  if (!element) return { kind: 'one', value: textOfParameter(shell, text) };
  if (element.key === '@' || element.key === '*') {
    return { kind: 'words', values: itemsOf(shell, element.name).map(([, value]) => value), star: element.key === '*' };
  }
  const variable = shell.variables.find(element.name);
  const expanded = /[$`'"]/.test(element.key) ? await expandQuoted(shell, element.key) : element.key;
  const key = keyOf(shell, element.name, expanded);
  if (element.name === 'PIPESTATUS' || !variable?.items)
    return { kind: 'one', value: itemsOf(shell, element.name).find(([at]) => at === key)?.[1] };
  return { kind: 'one', value: variable.items.get(key) };
}

function itemsOf(shell: Shell, name: string): [string, string][] {
  if (name === 'PIPESTATUS') return shell.pipeStatus.map((status, i) => [String(i), String(status)]);
  return shell.variables.items(name);
}

/** The text of a parameter where only one is wanted. */
function joined(shell: Shell, parameter: Parameter): string | undefined {
  if (parameter.kind === 'one') return parameter.value;
  if (parameter.values.length === 0) return undefined;
  const ifs = shell.variables.get('IFS');
  return parameter.values.join(parameter.star && ifs !== undefined ? (ifs[0] ?? '') : ' ');
}

/** The outcome of `${…}`: a parameter, or the word that stands in for it (`:-`, `:+`, `:=`). */
export type Expanded = Parameter | { kind: 'word'; word: Part<'DoubleQuoted'>['parts'] };

export async function expandParameter(shell: Shell, { parameter, operation }: Part<'ParameterExpansion'>): Promise<Expanded> {
  if (operation?.type === 'VarNamePrefix')
    return { kind: 'words', values: shell.variables.names().filter((name) => name.startsWith(operation.prefix)), star: operation.star };
  if (operation?.type === 'ArrayKeys')
    return { kind: 'words', values: itemsOf(shell, operation.array).map(([key]) => key), star: operation.star };
  if (operation?.type === 'Indirection') {
    const target = joined(shell, await parameterOf(shell, parameter));
    if (!target) throw new ShellError(`${parameter}: invalid indirect expansion`, 1, true);
    return operate(shell, target, await parameterOf(shell, target), operation.innerOp ?? null);
  }
  return operate(shell, parameter, await parameterOf(shell, parameter), operation);
}

async function operate(shell: Shell, name: string, value: Parameter, operation: ParameterOperation | null): Promise<Expanded> {
  const unset = value.kind === 'one' ? value.value === undefined : value.values.length === 0;
  if (operation === null) {
    if (unset && value.kind === 'one' && shell.options.has('u')) throw unbound(shell, name);
    return value;
  }
  const lacks = 'checkEmpty' in operation && (unset || (operation.checkEmpty && (joined(shell, value) ?? '') === ''));
  switch (operation.type) {
    case 'DefaultValue':
      return lacks ? { kind: 'word', word: operation.word.parts } : value;
    case 'UseAlternative':
      return lacks ? { kind: 'one', value: '' } : { kind: 'word', word: operation.word.parts };
    case 'AssignDefault': {
      if (!lacks) return value;
      const text = await expandText(shell, operation.word);
      const element = splitElement(name);
      if (element) shell.variables.setItem(element.name, keyOf(shell, element.name, element.key), text);
      else shell.variables.set(name, text);
      return { kind: 'one', value: text };
    }
    case 'ErrorIfUnset': {
      if (!lacks) return value;
      const said = operation.word ? await expandText(shell, operation.word) : '';
      const why = said || (shell.flavour === 'bash' || operation.checkEmpty ? 'parameter null or not set' : 'parameter not set');
      throw new ShellError(`${name}: ${why}`, shell.flavour === 'bash' ? 1 : 2, true);
    }
    case 'BadSubstitution':
    case 'LengthSliceError':
      throw new ShellError('bad substitution', shell.flavour === 'bash' ? 1 : 2, true);
    default:
  }
  if (unset && shell.options.has('u') && value.kind === 'one') throw unbound(shell, name);
  if (operation.type === 'Length') {
    const length = value.kind === 'words' ? value.values.length : [...(value.value ?? '')].length;
    return { kind: 'one', value: String(length) };
  }
  if (operation.type === 'Substring') {
    const offset = Number(await arithmetic(shell, operation.offset));
    const length = operation.length ? Number(await arithmetic(shell, operation.length)) : undefined;
    if (value.kind === 'one') return { kind: 'one', value: slice([...(value.value ?? '')], offset, length).join('') };
    // `${@:0}` begins with `$0`.
    const values = name === '@' || name === '*' ? [shell.name, ...value.values] : value.values;
    return { ...value, values: slice(values, offset, length) };
  }
  const change = await changeOf(shell, operation);
  return value.kind === 'one' ? { kind: 'one', value: change(value.value ?? '') } : { ...value, values: value.values.map(change) };
}

function unbound(shell: Shell, name: string): ShellError {
  return new ShellError(
    `${name}: ${shell.flavour === 'bash' ? 'unbound variable' : 'parameter not set'}`,
    shell.flavour === 'bash' ? 1 : 2,
    true,
  );
}

function slice<T>(all: readonly T[], offset: number, length: number | undefined): T[] {
  const from = offset < 0 ? all.length + offset : offset;
  if (from < 0) return [];
  const to = length === undefined ? all.length : length < 0 ? all.length + length : from + length;
  return all.slice(from, Math.max(from, to));
}

async function changeOf(shell: Shell, operation: ParameterOperation): Promise<(text: string) => string> {
  switch (operation.type) {
    case 'PatternRemoval': {
      const pattern = await expandPattern(shell, operation.pattern);
      const { side, greedy } = operation;
      return (text) => removed(text, pattern, side, greedy);
    }
    case 'PatternReplacement': {
      const source = patternSource(await expandPattern(shell, operation.pattern));
      const by = operation.replacement ? await expandText(shell, operation.replacement) : '';
      if (source === '' && operation.anchor === null) return (text) => text;
      const anchored = operation.anchor === 'start' ? `^(?:${source})` : operation.anchor === 'end' ? `(?:${source})$` : source;
      const expression = compile(anchored, operation.all ? 'g' : '');
      return (text) => text.replace(expression, () => by);
    }
    case 'CaseModification': {
      const pattern = operation.pattern ? await expandPattern(shell, operation.pattern) : '?';
      const turn = (char: string): string => {
        if (!matches(pattern, char)) return char;
        return operation.direction === 'upper' ? char.toUpperCase() : char.toLowerCase();
      };
      return (text) => [...text].map((char, i) => (operation.all || i === 0 ? turn(char) : char)).join('');
    }
    case 'Transform':
      return transformOf(operation.operator);
    default:
      throw new ShellError('bad substitution', 1, true);
  }
}

function transformOf(operator: string): (text: string) => string {
  switch (operator) {
    case 'Q':
      return (text) => `'${text.replaceAll("'", `'\\''`)}'`;
    case 'U':
      return (text) => text.toUpperCase();
    case 'u':
      return (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
    case 'L':
      return (text) => text.toLowerCase();
    case 'A':
      return quote;
    default:
      return (text) => text;
  }
}

function removed(text: string, pattern: string, side: 'prefix' | 'suffix', greedy: boolean): string {
  if (side === 'prefix') {
    const match = compile(`^(?:${patternSource(pattern, { lazy: !greedy })})`).exec(text);
    return match ? text.slice(match[0].length) : text;
  }
  // What stands before the suffix: as little as can be for the longest one.
  const match = compile(`^([\\s\\S]*${greedy ? '?' : ''})(?:${patternSource(pattern)})$`).exec(text);
  return match?.[1] ?? text;
}

import type { Condition } from '../language/ast.ts';
import { compile, matches } from '../language/pattern.ts';
import { arithmeticOf } from './arithmetic-names.ts';
import { expandPattern, expandText } from './expand.ts';
import { ShellError } from './flow.ts';
import type { Shell } from './shell.ts';

/** `[[ … ]]`. Source: bash, Conditional Constructs. */
export async function testCondition(shell: Shell, node: Condition): Promise<boolean> {
  switch (node.type) {
    case 'CondAnd':
      return (await testCondition(shell, node.left)) && (await testCondition(shell, node.right));
    case 'CondOr':
      return (await testCondition(shell, node.left)) || (await testCondition(shell, node.right));
    case 'CondNot':
      return !(await testCondition(shell, node.operand));
    case 'CondGroup':
      return testCondition(shell, node.expression);
    case 'CondWord':
      return (await expandText(shell, node.word)) !== '';
    case 'CondUnary':
      return testUnary(shell, node.operator, await expandText(shell, node.operand));
    case 'CondBinary': {
      const left = await expandText(shell, node.left);
      if (node.operator === '=~') return matchesExpression(shell, left, await expandText(shell, node.right));
      if (node.operator === '==' || node.operator === '=') return matches(await expandPattern(shell, node.right), left);
      if (node.operator === '!=') return !matches(await expandPattern(shell, node.right), left);
      const right = await expandText(shell, node.right);
      if (/^-(eq|ne|lt|le|gt|ge)$/.test(node.operator))
        return compareNumbers(node.operator, await arithmeticOf(shell, left || '0'), await arithmeticOf(shell, right || '0'));
      return testBinary(shell, left, node.operator, right);
    }
  }
}

function matchesExpression(shell: Shell, text: string, expression: string): boolean {
  const found = compile(expression.replace(/\[\[:(\w+):\]\]/g, (_, name: string) => CLASSES[name] ?? '.')).exec(text);
  shell.variables.setItems('BASH_REMATCH', new Map((found ?? []).map((group, i) => [String(i), group ?? ''])));
  return found !== null;
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: '[A-Za-z]',
  digit: '\\d',
  alnum: '[A-Za-z0-9]',
  space: '\\s',
  upper: '[A-Z]',
  lower: '[a-z]',
};

/** `-f path`, `-z text` and the like. */
export async function testUnary(shell: Shell, operator: string, text: string): Promise<boolean> {
  const { process } = shell;
  const { tree } = process.system;
  switch (operator) {
    case '-z':
      return text === '';
    case '-n':
      return text !== '';
    case '-v':
      return shell.variables.get(text) !== undefined || shell.variables.items(text).length > 0;
    case '-o':
      return shell.options.has(text);
    case '-t':
      return process.files.get(Number(text))?.terminal !== undefined;
    case '-L':
    case '-h':
      return (await tree.lstat(process.path(text)))?.kind === 'symlink';
  }
  if (text === '') return false;
  const stat = await tree.stat(process.path(text));
  switch (operator) {
    case '-e':
    case '-a':
      return stat !== undefined;
    case '-f':
      return stat?.kind === 'file';
    case '-d':
      return stat?.kind === 'directory';
    case '-s':
      return (stat?.sizeBytes ?? 0) > 0;
    case '-x':
      return stat !== undefined && (stat.kind === 'directory' || (stat.mode & 0o111) !== 0);
    case '-r':
    case '-w':
    case '-O':
    case '-G':
    case '-N':
      return stat !== undefined;
    case '-S':
      return stat?.kind === 'socket';
    case '-c':
      return stat?.kind === 'charDevice';
    case '-b':
      return stat?.kind === 'blockDevice';
    case '-p':
    case '-u':
    case '-g':
    case '-k':
      return false;
    default:
      throw new ShellError(`${operator}: unary operator expected`, 2);
  }
}

/** `a = b`, `1 -lt 2`, `x -nt y`. */
export async function testBinary(shell: Shell, left: string, operator: string, right: string): Promise<boolean> {
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
  }
  if (/^-(eq|ne|lt|le|gt|ge)$/.test(operator)) return compareNumbers(operator, numberOf(shell, left), numberOf(shell, right));
  const { process } = shell;
  const [a, b] = await Promise.all([left, right].map((path) => process.system.tree.stat(process.path(path))));
  if (operator === '-nt') return (a?.modifiedMs ?? -1) > (b?.modifiedMs ?? -1);
  if (operator === '-ot') return (a?.modifiedMs ?? -1) < (b?.modifiedMs ?? -1);
  if (operator === '-ef') return a !== undefined && process.path(left) === process.path(right);
  throw new ShellError(shell.flavour === 'bash' ? `[: ${operator}: binary operator expected` : `${left}: unknown operand`, 2);
}

function numberOf(shell: Shell, text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) {
    throw new ShellError(shell.flavour === 'bash' ? `[: ${text}: integer expression expected` : `${text}: out of range`, 2);
  }
  return BigInt(text.trim().replace(/^\+/, ''));
}

function compareNumbers(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

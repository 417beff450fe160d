import { type ArithmeticNames, evaluate } from '../language/arithmetic.ts';
import type { Part } from '../language/ast.ts';
import { expandText } from './expand.ts';
import { splitElement, textOfParameter } from './parameters.ts';
import { parseScript } from './parse.ts';
import type { Shell } from './shell.ts';

type Expression = Part<'ArithmeticExpansion'>['expression'];

/** The variables of a shell as an expression sees them, array elements included. */
export function namesOf(shell: Shell): ArithmeticNames {
  return {
    get(name) {
      const element = splitElement(name);
      if (!element) return textOfParameter(shell, name);
      return shell.variables.find(element.name)?.items?.get(keyOf(shell, element.name, element.key));
    },
    set(name, value) {
      const element = splitElement(name);
      if (element) shell.variables.setItem(element.name, keyOf(shell, element.name, element.key), value);
      else shell.variables.set(name, value);
    },
  };
}

/** The key that `name[key]` means: a number for an indexed array, counted from the end when it is negative. */
export function keyOf(shell: Shell, name: string, key: string): string {
  const variable = shell.variables.find(name);
  if (variable?.associative) return key;
  const number = evaluate(key, namesOf(shell));
  if (number >= 0n) return String(number);
  const last = Math.max(-1, ...[...(variable?.items?.keys() ?? [])].map(Number));
  return String(BigInt(last + 1) + number);
}

/** The value of an expression of the tree. */
export async function arithmetic(shell: Shell, { originalText = '' }: Expression): Promise<bigint> {
  return arithmeticOf(shell, originalText);
}

/** The value of an expression in text. */
export async function arithmeticOf(shell: Shell, text: string): Promise<bigint> {
  return evaluate(/[$`"'\\]/.test(text) ? await expandQuoted(shell, text) : text, namesOf(shell));
}

/** Expands a text as if it stood in double quotes. */
export async function expandQuoted(shell: Shell, text: string): Promise<string> {
  const [statement] = parseScript(`: "${text.replaceAll('"', '')}"`).statements;
  const command = statement?.pipelines[0]?.commands[0];
  const word = command?.type === 'SimpleCommand' ? command.args[0] : undefined;
  return word ? expandText(shell, word) : '';
}

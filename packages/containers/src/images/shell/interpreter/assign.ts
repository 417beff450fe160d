import type { WordNode } from 'just-bash';
import type { Assignment } from '../language/ast.ts';
import { arithmeticOf, keyOf } from './arithmetic-names.ts';
import { expandText, expandWords } from './expand.ts';
import { splitElement } from './parameters.ts';
import type { Shell } from './shell.ts';

/** `name=value`, `name+=value`, `name[key]=value`, `name=(…)`. */
export async function assign(shell: Shell, { name, value, append, array }: Assignment): Promise<void> {
  if (array) return assignArray(shell, name, array, append);
  await assignText(shell, name, value ? await expandText(shell, value) : '', append);
}

/** The same for a value that is expanded already. */
export async function assignText(shell: Shell, name: string, text: string, append = false): Promise<void> {
  const { variables } = shell;
  const element = splitElement(name);
  const variable = variables.find(element?.name ?? name);
  const number = variable?.integer ? String(await arithmeticOf(shell, text)) : undefined;
  if (element) {
    const key = keyOf(shell, element.name, element.key);
    const before = append ? (variable?.items?.get(key) ?? '') : '';
    variables.setItem(element.name, key, number ?? before + text);
    return;
  }
  const before = append ? (variables.get(name) ?? '') : '';
  if (number !== undefined) variables.set(name, append ? String(BigInt(before || '0') + BigInt(number)) : number);
  else variables.set(name, before + text);
}

async function assignArray(shell: Shell, name: string, words: readonly WordNode[], append: boolean): Promise<void> {
  const variable = shell.variables.find(name);
  const items = new Map(append ? shell.variables.items(name) : []);
  let next = Math.max(-1, ...(variable?.associative ? [] : [...items.keys()].map(Number))) + 1;
  for (const word of words) {
    const [first] = word.parts;
    const keyed = first?.type === 'Literal' || first?.type === 'Glob' ? /^\[(.*?)\]=/.exec(partsText(word)) : null;
    if (keyed) {
      const text = await expandText(shell, word);
      const at = text.indexOf(']=');
      const key = text.slice(1, at);
      const number = variable?.associative ? key : keyOf(shell, name, key);
      items.set(number, text.slice(at + 2));
      if (!variable?.associative) next = Number(number) + 1;
      continue;
    }
    for (const text of await expandWords(shell, [word])) items.set(String(next++), text);
  }
  shell.variables.setItems(name, items);
}

/** How a word begins, as far as it is plain. */
function partsText({ parts }: WordNode): string {
  let text = '';
  for (const part of parts) {
    if (part.type === 'Literal') text += part.value;
    else if (part.type === 'Glob') text += part.pattern;
    else if (part.type === 'ParameterExpansion' || part.type === 'DoubleQuoted' || part.type === 'SingleQuoted') text += 'x';
    else break;
  }
  return text;
}

import { goPrint } from '../go-print.ts';
import { goQuote } from '../go-quote.ts';
import { isJsonObject } from '../json.ts';
import { type FieldSet, isEmptySet, SELF } from '../managed-fields/field-set.ts';

/** A path element of a set of fields as messages show it: `.name`, `[name="web"]`, `[="value"]`, `[0]`. */
export function elementText(element: string): string {
  const value = element.slice(2);
  switch (element.charAt(0)) {
    case 'f':
      return `.${value}`;
    case 'k':
      return `[${keysText(JSON.parse(value))}]`;
    case 'v':
      return `[=${scalarText(JSON.parse(value))}]`;
    default:
      return `[${value}]`;
  }
}

function keysText(keys: unknown): string {
  const fields = isJsonObject(keys) ? Object.entries(keys) : [];
  return fields.map(([name, value]) => `${name}=${scalarText(value)}`).join(',');
}

const scalarText = (value: unknown): string => (typeof value === 'string' ? goQuote(value) : value === null ? 'null' : goPrint(value));

/** The members of a set as texts (`.spec.replicas`) with their elements, in Kubernetes' order: a level, then what is below it. */
export function membersOf(set: FieldSet): { text: string; path: readonly string[] }[] {
  const members: { text: string; path: readonly string[] }[] = [];
  const visit = (node: FieldSet, text: string, path: readonly string[]): void => {
    const below = Object.keys(node)
      .filter((element) => element !== SELF)
      .map((element) => ({ node: node[element] ?? {}, text: text + elementText(element), path: [...path, element] }));
    for (const child of below) {
      if (isEmptySet(child.node) || Object.hasOwn(child.node, SELF)) members.push({ text: child.text, path: child.path });
    }
    for (const child of below) visit(child.node, child.text, child.path);
  };
  visit(set, '', []);
  return members;
}

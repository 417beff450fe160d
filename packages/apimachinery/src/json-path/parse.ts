// The paths of kubectl's JSONPath templates, without the template around them. Source: "JSONPath Support" of kubectl's reference.

/** One step of a path. */
export type Step =
  | { type: 'field'; name: string }
  | { type: 'every' }
  | { type: 'descendants' }
  | { type: 'slice'; start: number | undefined; end: number | undefined; step: number }
  | { type: 'union'; of: Step[][] }
  | { type: 'filter'; left: Operand; operator: Operator | undefined; right: Operand | undefined };

/** A path below the element (`@.type`), or a literal. */
export type Operand = { path: Step[] } | { value: string | number | boolean };

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';

const NUMBERS = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;
const QUOTED = /^'((?:[^'\\]|\\.)*)'$|^"((?:[^"\\]|\\.)*)"$/s;
const COMPARISON = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s;

/** Reads a path such as `.spec.ports[0].port` or `.status.conditions[?(@.type=="Ready")].status`. Throws an Error that says what is wrong. */
export function parsePath(text: string): Step[] {
  const steps: Step[] = [];
  let at = text.startsWith('$') || text.startsWith('@') ? 1 : 0;
  while (at < text.length) {
    if (text[at] === '[') {
      const end = closing(text, at);
      steps.push(bracket(text.slice(at + 1, end)));
      at = end + 1;
    } else if (text.startsWith('..', at)) {
      steps.push({ type: 'descendants' });
      at += text[at + 2] === '[' ? 2 : 1;
    } else {
      const [all = '', dot, name = ''] = /^(\.?)((?:\\.|[^.[\\])*)/s.exec(text.slice(at)) ?? [];
      if (name !== '') steps.push(name === '*' ? { type: 'every' } : { type: 'field', name: name.replace(/\\(.)/gs, '$1') });
      else if (dot !== '.' || (at + 1 < text.length && text[at + 1] !== '['))
        throw new Error(`unexpected ${text.slice(at)} in the path ${text}`);
      at += all.length;
    }
  }
  return steps;
}

/** Where the bracket that opens at `from` ends: quotes and brackets inside count for nothing. */
function closing(text: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let i = from; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === '\\') i++;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === '[') depth++;
    else if (char === ']' && --depth === 0) return i;
  }
  throw new Error('unterminated array');
}

function bracket(inside: string): Step {
  const text = inside.trim();
  if (text === '*') return { type: 'every' };
  if (text.startsWith('?(') && text.endsWith(')')) return filter(text.slice(2, -1).trim());
  const parts = splitAtCommas(text);
  if (parts.length > 1) return { type: 'union', of: parts.map((part) => [bracket(part)]) };
  const name = unquoted(text);
  if (name !== undefined) return { type: 'field', name };
  const [, first = '', second, third] = NUMBERS.exec(text) ?? [];
  if (text === '' || (first === '' && second === undefined)) throw new Error(`invalid array index ${text}`);
  const start = numberOf(first);
  if (second === undefined) return { type: 'slice', start, end: start === undefined || start === -1 ? undefined : start + 1, step: 1 };
  return { type: 'slice', start, end: numberOf(second.slice(1)), step: numberOf((third ?? '').slice(1)) ?? 1 };
}

const numberOf = (text: string): number | undefined => (text === '' ? undefined : Number(text));

function unquoted(text: string): string | undefined {
  const [all, single, double] = QUOTED.exec(text) ?? [];
  return all === undefined ? undefined : (single ?? double ?? '').replace(/\\(.)/gs, '$1');
}

function splitAtCommas(text: string): string[] {
  return text.match(/(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,])+/gs) ?? [];
}

function filter(text: string): Step {
  const [, left, operator, right] = COMPARISON.exec(text) ?? [];
  if (left === undefined || right === undefined) return { type: 'filter', left: operand(text), operator: undefined, right: undefined };
  return { type: 'filter', left: operand(left), operator: operator as Operator, right: operand(right) };
}

function operand(text: string): Operand {
  if (text.startsWith('@') || text.startsWith('.')) return { path: parsePath(text) };
  const quoted = unquoted(text);
  if (quoted !== undefined) return { value: quoted };
  if (text === 'true' || text === 'false') return { value: text === 'true' };
  const number = Number(text);
  if (text === '' || Number.isNaN(number)) throw new Error(`unrecognized identifier ${text}`);
  return { value: number };
}

import { badRequest } from '@kubernats/errors';

/** One condition of a field selector. `path` is as clients write it: `status.phase`. */
export interface FieldRequirement {
  path: string;
  operator: '=' | '!=';
  value: string;
}

/** A field selector, ready to be asked: all its requirements must hold. */
export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[];
  /** Whether it selects everything. */
  readonly empty: boolean;
  /** `fieldOf` gives the field's value as text, an absent field's as the empty text. */
  matches(fieldOf: (path: string) => string): boolean;
  toString(): string;
}

const TERM = /^(.*?)(!=|==|=)(.*)$/s;

/**
 * Reads a field selector: `metadata.name=x,status.phase!=Running`. In a value, `\`, `,` and `=` are written with a `\` before them.
 * Throws BadRequest. Which paths a kind supports is the caller's to check. Source: Kubernetes' page "Field Selectors".
 */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort()) {
    if (term === '') continue;
    const match = TERM.exec(term);
    if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, path = '', operator, value = ''] = match;
    requirements.push({ path, operator: operator === '!=' ? '!=' : '=', value: unescapeValue(value) });
  }
  return fieldSelectorOf(requirements);
}

/** A field selector of these requirements. */
export function fieldSelectorOf(requirements: readonly FieldRequirement[]): FieldSelector {
  return {
    requirements,
    empty: requirements.length === 0,
    matches: (fieldOf) => requirements.every(({ path, operator, value }) => (fieldOf(path) === value) === (operator === '=')),
    toString: () => requirements.map(({ path, operator, value }) => `${path}${operator}${escapeValue(value)}`).join(','),
  };
}

/** Splits at commas that are not escaped. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function unescapeValue(value: string): string {
  if (!/[\\,=]/.test(value)) return value;
  let out = '';
  for (let i = 0; i < value.length; i++) {
    const char = value.charAt(i);
    if (char === ',' || char === '=') throw badRequest(`invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`);
    if (char !== '\\') {
      out += char;
      continue;
    }
    const escaped = value.charAt(++i);
    if (escaped !== '\\' && escaped !== ',' && escaped !== '=') {
      throw badRequest(`invalid field selector: invalid escape sequence: \\${escaped}`);
    }
    out += escaped;
  }
  return out;
}

const escapeValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');

import { badRequest, type Cause } from '@kubernats/errors';
import { type Token, tokensOf } from './lexer.ts';
import { type LabelOperator, labelKeyCause, type Requirement, requirementCauses } from './requirement.ts';
import { everything, type Selector, selectorOf } from './selector.ts';

/**
 * Reads a label selector: `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<9`.
 * Throws BadRequest, worded as Kubernetes words it. Source: Kubernetes' page "Labels and Selectors"; `labels.Parse` names the grammar.
 */
export function parseLabelSelector(text: string): Selector {
  return text === '' ? everything : selectorOf(new Parser(text).requirements());
}

const BINARY: Partial<Record<Token['kind'], LabelOperator>> = {
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
  in: 'in',
  notin: 'notin',
};

const END: Token = { kind: 'end', text: '' };
const unexpected = (token: Token, expected: string): Error => badRequest(`found '${token.text}', expected: ${expected}`);

function causesError(causes: Cause[]): Error {
  const texts = causes.map(({ field, message }) => `${field}: ${message}`);
  return badRequest(texts.length === 1 ? `${texts[0]}` : `[${texts.join(', ')}]`);
}

class Parser {
  readonly #tokens: Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  requirements(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const first = this.#peek();
      if (first.kind === 'end') return requirements;
      if (first.kind !== 'identifier' && first.kind !== '!') throw unexpected(first, "!, identifier, or 'end of string'");
      requirements.push(this.#wrapped());
      const next = this.#take();
      if (next.kind === 'end') return requirements;
      if (next.kind !== ',') throw unexpected(next, "',' or 'end of string'");
      const after = this.#peek();
      if (after.kind !== 'identifier' && after.kind !== '!') throw unexpected(after, "identifier after ','");
    }
  }

  #wrapped(): Requirement {
    try {
      return this.#requirement();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw badRequest(`unable to parse requirement: ${error.message}`);
    }
  }

  #requirement(): Requirement {
    const negated = this.#peek().kind === '!';
    if (negated) this.#take();
    const { kind, text: key } = this.#peek();
    if (kind !== 'identifier') throw unexpected(this.#peek(), 'identifier');
    this.#take();
    const keyCause = labelKeyCause(key, '<nil>');
    if (keyCause) throw causesError([keyCause]);
    const follower = this.#peek().kind;
    if (negated || follower === 'end' || follower === ',') return { key, operator: negated ? '!' : 'exists', values: [] };
    const requirement = this.#binary(key);
    const causes = requirementCauses(requirement);
    if (causes.length > 0) throw causesError(causes);
    return requirement;
  }

  #binary(key: string): Requirement {
    const token = this.#tokens[this.#at] ?? END;
    const operator = BINARY[token.kind];
    if (operator === undefined) throw unexpected(token, 'in, notin, =, ==, !=, gt, lt');
    this.#at++;
    return { key, operator, values: operator === 'in' || operator === 'notin' ? this.#set() : [this.#value()] };
  }

  #value(): string {
    const token = this.#peek();
    if (token.kind === 'end' || token.kind === ',') return '';
    if (token.kind !== 'identifier') throw unexpected(token, 'identifier');
    return this.#take().text;
  }

  #set(): string[] {
    const open = this.#take();
    if (open.kind !== '(') throw badRequest(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.kind !== 'identifier' && first.kind !== ',' && first.kind !== ')') throw unexpected(first, "',', ')' or identifier");
    const values = first.kind === ')' ? new Set(['']) : this.#list();
    this.#take();
    return [...values].sort();
  }

  /** The values up to the closing parenthesis; a missing one beside a comma is the empty value. */
  #list(): Set<string> {
    const values = new Set<string>();
    for (;;) {
      const token = this.#take();
      if (token.kind === 'identifier') {
        values.add(token.text);
        const next = this.#peek();
        if (next.kind === ')') return values;
        if (next.kind !== ',') throw unexpected(next, "',' or ')'");
      } else if (token.kind === ',') {
        if (values.size === 0) values.add('');
        const next = this.#peek();
        if (next.kind === ')') return values.add('');
        if (next.kind === ',') {
          this.#take();
          values.add('');
        }
      } else {
        throw unexpected(token, "',', or identifier");
      }
    }
  }

  /** The next token where a key or a value stands: `in` and `notin` are ordinary words there. */
  #peek(): Token {
    const token = this.#tokens[this.#at] ?? END;
    return token.kind === 'in' || token.kind === 'notin' ? { kind: 'identifier', text: token.text } : token;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }
}

import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { Uint, type Value } from '../values/values.ts';
import type { Expr } from './ast.ts';
import { expandCall, expandMember } from './macros.ts';
import { type Message, type Prepared, prepare } from './prepare.ts';
import { ExpressionProblem } from './problem.ts';
import { qualifiedName } from './qualified-name.ts';
import { BOOL, BYTES, DOUBLE, INT, NULL, STRING, type Type, UINT } from './types.ts';

/** Text longer than any expression that may be stored. Source: Kubernetes' limits of CEL. */
const MAX_EXPRESSION_LENGTH = 100_000;
const MAX_INT = 2n ** 63n;
const NOT_ASCII = /[\u0080-\u{10ffff}]/u;
const ALL_NOT_ASCII = /[\u0080-\u{10ffff}]/gu;

const parser = new Environment({
  unlistedVariablesAreDyn: true,
  enableOptionalTypes: true,
  limits: { maxAstNodes: 100_000, maxDepth: 250, maxListElements: 100_000, maxMapEntries: 100_000, maxCallArguments: 100_000 },
});

/** Operators that are functions of two arguments, by their sign. */
const BINARY: Readonly<Record<string, string>> = {
  '+': '_+_',
  '-': '_-_',
  '*': '_*_',
  '/': '_/_',
  '%': '_%_',
  '==': '_==_',
  '!=': '_!=_',
  '<': '_<_',
  '<=': '_<=_',
  '>': '_>_',
  '>=': '_>=_',
  in: '@in',
};

/** Reads an expression. Throws an ExpressionProblem. Source: CEL's language definition, "Syntax". */
export function parse(expression: string): Expr {
  if (expression.length > MAX_EXPRESSION_LENGTH) {
    throw new ExpressionProblem(`expression code point size exceeds limit: size: ${expression.length}, limit ${MAX_EXPRESSION_LENGTH}`, 0);
  }
  const prepared = prepare(expression);
  return new Reader(prepared).read(tree(prepared.text));
}

function tree(expression: string): ASTNode {
  try {
    return parser.parse(expression).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw new ExpressionProblem(`Syntax error: ${String(error)}`, 0);
    const at = error.range?.start ?? 0;
    if (error.code === 'invalid_macro_argument') throw new ExpressionProblem('argument must be a simple name', at);
    throw new ExpressionProblem(`Syntax error: ${syntaxError(error, expression, at)}`, at);
  }
}

/** What may stand where a value is missing, as cel-go's grammar names it. */
const OPERANDS = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const SIGNS: Readonly<Record<string, string>> = { RPAREN: ')', RBRACKET: ']', RBRACE: '}', COLON: ':', IDENTIFIER: 'IDENTIFIER' };

/** The parser's complaint in cel-go's words. */
function syntaxError({ code, range, summary }: ParseError, expression: string, at: number): string {
  const end = range?.end ?? at;
  const found = at >= expression.length ? '<EOF>' : expression.slice(at, end);
  if (code === 'reserved_identifier') return `reserved identifier: ${found}`;
  if (code === 'unexpected_token') return `mismatched input '${found}' expecting ${OPERANDS}`;
  if (code === 'expected_token') {
    const [, expected = ''] = /^Expected (\w+)/.exec(summary) ?? [];
    return `missing '${SIGNS[expected] ?? expected}' at '${found}'`;
  }
  // The parser puts what follows a whole expression in quotes, and what is no token at all not.
  if (code === 'unexpected_character' && summary.endsWith("'")) {
    return `${expression.slice(end).trim() === '' ? 'extraneous' : 'mismatched'} input '${found}' expecting <EOF>`;
  }
  return code === 'unexpected_character' || code === 'unterminated_string' ? `token recognition error at: '${found}'` : summary;
}

/** Turns the library's tree into ours, in which macros are nodes of their own and each node knows the place that its errors are told of. */
class Reader {
  readonly #text: string;
  readonly #prepared: Prepared;

  constructor(prepared: Prepared) {
    this.#text = prepared.text;
    this.#prepared = prepared;
  }

  read(node: ASTNode): Expr {
    const read = (child: ASTNode): Expr => this.read(child);
    switch (node.op) {
      case 'value':
        return { op: 'constant', ...constantOf(this.#literal(node), node.start), at: node.start };
      case 'id':
        return { op: 'identifier', name: node.args, at: node.start };
      case '.':
      case '.?': {
        const [operand, field] = node.args;
        return { op: 'select', operand: read(operand), field, optional: node.op === '.?', at: this.#after(operand, '.') };
      }
      case '[]':
      case '[?]': {
        const [operand, index] = node.args;
        return { op: 'call', name: node.op === '[]' ? '_[_]' : '_[?_]', args: [read(operand), read(index)], at: this.#after(operand, '[') };
      }
      case 'call': {
        const [name, args] = node.args;
        const at = this.#text.indexOf('(', node.start);
        const message = this.#prepared.messages.get(at);
        if (message) return this.#message(name, message, args, at);
        return expandCall(name, args.map(read), at) ?? { op: 'call', name, args: args.map(read), at };
      }
      case 'rcall': {
        const [name, target, args] = node.args;
        const at = this.#text.indexOf('(', this.#after(target, name));
        const message = this.#prepared.messages.get(at);
        if (message) return this.#message(this.#nameOf(target, name, at), message, args, at);
        const call = { target: read(target), args: args.map(read), at };
        return expandMember(name, call) ?? { op: 'call', name, ...call };
      }
      case 'list':
        return {
          op: 'list',
          elements: node.args.map((value, i) => ({ value: read(value), ...this.#optional(node.start, i) })),
          at: node.start,
        };
      case 'map': {
        const entries = node.args.map(([key, value], i) => ({ key: read(key), value: read(value), ...this.#optional(node.start, i) }));
        return { op: 'map', entries, at: node.start };
      }
      case '?:': {
        const [condition, then, otherwise] = node.args;
        return {
          op: 'conditional',
          condition: read(condition),
          chosen: read(then),
          otherwise: read(otherwise),
          at: this.#after(condition, '?'),
        };
      }
      case '||':
      case '&&': {
        const [left, right] = node.args;
        return { op: node.op === '||' ? 'or' : 'and', left: read(left), right: read(right), at: this.#after(left, node.op) };
      }
      case '!_':
        return { op: 'call', name: '!_', args: [read(node.args)], at: node.start };
      case '-_':
        return this.#negative(node.args, node.start);
      default: {
        const [left, right] = node.args;
        return { op: 'call', name: BINARY[node.op] ?? node.op, args: [read(left), read(right)], at: this.#after(left, node.op) };
      }
    }
  }

  /** The fields are the arguments of a call, each a name that stands for another and its value. */
  #message(name: string, { names, colons }: Message, args: readonly ASTNode[], at: number): Expr {
    const fields = colons.flatMap((colon, i) => {
      const [field, value] = [names[i], args[2 * i + 1]];
      return field !== undefined && value ? [{ name: field, value: this.read(value), ...this.#optional(at, i), at: colon }] : [];
    });
    if (2 * fields.length !== args.length) throw new ExpressionProblem("Syntax error: mismatched input '{' expecting <EOF>", at);
    return { op: 'message', name, fields, at };
  }

  #nameOf(target: ASTNode, name: string, at: number): string {
    const qualifier = qualifiedName(this.read(target));
    if (qualifier === undefined) throw new ExpressionProblem("Syntax error: extraneous input '{' expecting <EOF>", at);
    return `${qualifier}.${name}`;
  }

  #optional(bracketAt: number, index: number): { optional: boolean } {
    return { optional: this.#prepared.optionals.get(bracketAt)?.has(index) === true };
  }

  /** The parser takes one byte of each character that is no ASCII. */
  #literal(node: ASTNode): ASTNode['args'] {
    const text = this.#text.slice(node.start, node.end);
    if (!(node.args instanceof Uint8Array) || !NOT_ASCII.test(text)) return node.args;
    const escaped = text.replaceAll(ALL_NOT_ASCII, (char) => Array.from(Buffer.from(char), (byte) => `\\x${byte.toString(16)}`).join(''));
    return tree(escaped).args;
  }

  /** A number with a minus is one constant, so that the smallest int can be written. */
  #negative(operand: ASTNode, at: number): Expr {
    if (operand.op === 'value' && typeof operand.args === 'bigint' && operand.args <= MAX_INT) {
      return { op: 'constant', value: -operand.args, type: INT, at };
    }
    return { op: 'call', name: '-_', args: [this.read(operand)], at };
  }

  /** Where the sign stands that follows a node: between the two are brackets, white space and comments alone. */
  #after(node: ASTNode, sign: string): number {
    const gap = /(?:\s|\)|\/\/[^\n]*)*/y;
    gap.lastIndex = node.end;
    gap.test(this.#text);
    const from = gap.lastIndex;
    return Math.max(this.#text.indexOf(sign, from), 0);
  }
}

function constantOf(value: ASTNode['args'], at: number): { value: Value; type: Type } {
  if (value === null) return { value, type: NULL };
  if (typeof value === 'string') return { value, type: STRING };
  if (typeof value === 'boolean') return { value, type: BOOL };
  if (typeof value === 'number') return { value, type: DOUBLE };
  if (value instanceof Uint8Array) return { value, type: BYTES };
  if (value instanceof UnsignedInt) return { value: new Uint(value.value), type: UINT };
  if (typeof value !== 'bigint') throw new ExpressionProblem('Syntax error: invalid literal', at);
  if (value >= MAX_INT) throw new ExpressionProblem('invalid int literal', at);
  return { value, type: INT };
}

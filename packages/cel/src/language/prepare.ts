/** An expression in the syntax that the parser reads, as long as before, so that every place in it is the same. */
export interface Prepared {
  text: string;
  /** Messages, by where their brace stands; each is written as a call there: `Object.spec{a: 1}` as `Object.spec(_, 1)`. */
  messages: ReadonlyMap<number, Message>;
  /** Which elements, entries and fields are left out where they are absent, by the place of their bracket: `[?a]`, `{?"a": b}`. */
  optionals: ReadonlyMap<number, ReadonlySet<number>>;
}

/** What is not in the call that stands for a message. */
export interface Message {
  /** Its fields, as far as they are named. */
  names: string[];
  /** Where the colons stand. */
  colons: number[];
}

const TOKEN =
  /\s+|\/\/[^\n]*|[rRbB]{0,2}(?:"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|[a-zA-Z_]\w*|\d[\w.]*|[\s\S]/gy;
const NAME = /^[a-zA-Z_]\w*$/;
const SPACE = /^(?:\s|\/\/)/;
/** Words that are no names; other reserved ones may be names of fields. */
const CONSTANTS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);
const isName = (token: string): boolean => NAME.test(token) && !CONSTANTS.has(token);
/** A bracket after one of these belongs to what stands before it: an index. */
const endsOperand = (token: string): boolean => /[\w)\]}"']$/.test(token) && token !== 'in';

/** What stands before an element. */
const BEGINNINGS: ReadonlySet<string> = new Set([',', '{', '[']);

interface Bracket {
  kind: 'message' | 'literal' | 'other';
  at: number;
  /** How many elements are before this one. */
  index: number;
  /** `?` of conditions that have no `:` yet. */
  conditions: number;
}

/**
 * Writes what the parser does not know, messages and optional elements, as something that it knows. What is no expression at all stays as it is, and the
 * parser tells of it. Source: CEL's language definition, "Syntax"; cel-go's OptionalTypes.
 */
export function prepare(expression: string): Prepared {
  // Most expressions have none of it.
  return /[{?]/.test(expression) ? new Preparation().prepare(expression) : { text: expression, messages: new Map(), optionals: new Map() };
}

class Preparation {
  readonly #messages = new Map<number, Message>();
  readonly #optionals = new Map<number, Set<number>>();
  readonly #brackets: Bracket[] = [];
  #bracket: Bracket = { kind: 'other', at: -1, index: 0, conditions: 0 };
  /** The last token that is no space, and no `?` before an element. */
  #before = '';

  prepare(expression: string): Prepared {
    let text = '';
    for (const { 0: token, index: at } of expression.matchAll(TOKEN)) {
      const written = SPACE.test(token) ? token : this.#write(token, at);
      if (!SPACE.test(written)) this.#before = token;
      text += written;
    }
    return { text, messages: this.#messages, optionals: this.#optionals };
  }

  #write(token: string, at: number): string {
    switch (token) {
      case '(':
      case '[':
      case '{':
        return this.#open(token, at);
      case ')':
      case ']':
      case '}':
        return this.#close(token);
      case ',':
        this.#bracket.index++;
        return token;
      case '?':
        return this.#question();
      case ':':
        return this.#colon(at);
      default:
        return this.#word(token);
    }
  }

  #open(token: string, at: number): string {
    const isMessage = token === '{' && isName(this.#before);
    const isLiteral = token === '{' || (token === '[' && !endsOperand(this.#before));
    if (isMessage) this.#messages.set(at, { names: [], colons: [] });
    this.#brackets.push(this.#bracket);
    this.#bracket = { kind: isMessage ? 'message' : isLiteral ? 'literal' : 'other', at, index: 0, conditions: 0 };
    return isMessage ? '(' : token;
  }

  #close(token: string): string {
    const { kind } = this.#bracket;
    this.#bracket = this.#brackets.pop() ?? this.#bracket;
    return kind === 'message' ? ')' : token;
  }

  /** Before an element; in `a.?b` and `a[?b]`; or of a condition. */
  #question(): string {
    const { kind, at, index } = this.#bracket;
    const marked = this.#optionals.get(at) ?? new Set();
    if (kind !== 'other' && BEGINNINGS.has(this.#before) && !marked.has(index)) {
      this.#optionals.set(at, marked.add(index));
      return ' ';
    }
    if (this.#before !== '.' && this.#before !== '[') this.#bracket.conditions++;
    return '?';
  }

  /** Of a condition, or after the name of a field. */
  #colon(at: number): string {
    const message = this.#message;
    if (this.#bracket.conditions > 0) this.#bracket.conditions--;
    else if (message) {
      message.colons.push(at);
      return ',';
    }
    return ':';
  }

  #word(token: string): string {
    const message = BEGINNINGS.has(this.#before) && isName(token) ? this.#message : undefined;
    if (!message) return token;
    message.names.push(token);
    return '_'.repeat(token.length);
  }

  get #message(): Message | undefined {
    return this.#bracket.kind === 'message' ? this.#messages.get(this.#bracket.at) : undefined;
  }
}

import { MAX_JSON_DEPTH } from '@kubernats/apimachinery';
import { CST, Lexer } from 'yaml';

/** How many words and signs a document may have, each of which costs some microseconds: of the 3 MB of a request one for five bytes, while manifests have one for ten or more. */
const MAX_TOKENS = 600_000;

/** Why a document of YAML is not read: it is nested deeper than JSON may be, or there is too much in it. Told by its signs alone, before anything is built of it. */
export function limitProblem(source: string, maxTokens = MAX_TOKENS): string | undefined {
  if (source.length <= MAX_JSON_DEPTH) return undefined;
  const nesting = new Nesting();
  let tokens = 0;
  for (const token of new Lexer().lex(source)) {
    if (nesting.read(token) > MAX_JSON_DEPTH) return `exceeded max depth of ${MAX_JSON_DEPTH}`;
    if (nesting.hasToken && ++tokens > maxTokens) return `exceeded max of ${maxTokens} tokens`;
  }
  return undefined;
}

const BLANK: ReadonlySet<string | null> = new Set(['space', 'newline', 'comment']);

/** How deep the place is up to which the tokens of a document have been read. */
class Nesting {
  #inBrackets = 0;
  /** The columns at which the sequences and mappings begin that are not in brackets. */
  readonly #blocks: number[] = [];
  #column = 0;
  /** Where the value begins of which it is not known yet whether it is a key. */
  #key: number | undefined;
  #isText = false;
  /** What was read last says something: it is no space, and no text that its sign was counted for. */
  hasToken = false;

  read(token: string): number {
    // What comes after the sign of a scalar is its text, whatever it looks like.
    const type = this.#isText ? undefined : CST.tokenType(token);
    this.#isText = type === 'scalar';
    this.hasToken = type !== undefined && !BLANK.has(type);
    if (type === 'flow-seq-start' || type === 'flow-map-start') this.#inBrackets++;
    else if (type === 'flow-seq-end' || type === 'flow-map-end') this.#inBrackets = Math.max(0, this.#inBrackets - 1);
    else if (this.#inBrackets === 0) this.#readBlock(type);
    this.#move(token, type);
    return this.#inBrackets + this.#blocks.length;
  }

  #readBlock(type: string | null | undefined): void {
    if (type === 'seq-item-ind' || type === 'explicit-key-ind') this.#begin(this.#column);
    else if (type === 'map-value-ind') this.#begin(this.#key ?? this.#column);
    else if (type !== 'space' && type !== 'newline') {
      this.#key ??= this.#column;
      return;
    }
    if (type !== 'space') this.#key = undefined;
  }

  #begin(column: number): void {
    while ((this.#blocks.at(-1) ?? -1) >= column) this.#blocks.pop();
    this.#blocks.push(column);
  }

  /** The signs of scalars and of documents take no place. */
  #move(token: string, type: string | null | undefined): void {
    if (type === 'newline') this.#column = 0;
    else if (type !== 'scalar' && type !== 'document') this.#column += token.length;
  }
}

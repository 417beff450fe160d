// JSON.parse is fast but says neither where a text went wrong in the words people know from Kubernetes, nor which keys came
// twice. Both are read here: a quick count on every write, the slow exact reader only when there is something to report.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** The nesting that Go's decoder, and so Kubernetes, accepts. */
const MAX_DEPTH = 10_000;

/** The number of object keys in a valid JSON text: more than its value has means that a key came twice. */
export function countKeys(json: Uint8Array): number {
  let keys = 0;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (byte === COLON) keys++;
    else if (byte === QUOTE) {
      for (i++; i < json.length && json[i] !== QUOTE; i++) if (json[i] === BACKSLASH) i++;
    }
  }
  return keys;
}

export interface JsonReport {
  /** The first syntax error, as Go's `encoding/json` words it. */
  error?: string;
  /** The paths of keys that came before in the same object, such as `metadata.labels.app`. */
  duplicates: string[];
}

interface Frame {
  /** Of an object: the keys so far. */
  keys: Set<string> | undefined;
  /** The key or index of the value that is read now. */
  at: string | number;
}

/** Reads a JSON text exactly, for what JSON.parse does not tell. */
export function inspectJson(json: Uint8Array): JsonReport {
  const reader = new Reader(json);
  try {
    reader.document();
    return { duplicates: reader.duplicates };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { error: error.message, duplicates: reader.duplicates };
    throw error;
  }
}

class JsonSyntaxError extends Error {}

class Reader {
  readonly duplicates: string[] = [];
  readonly #bytes: Uint8Array;
  readonly #stack: Frame[] = [];
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  document(): void {
    this.#beginValue();
    while (this.#stack.length > 0) this.#afterValue();
    this.#skipSpace();
    if (this.#at < this.#bytes.length) this.#fail('after top-level value');
  }

  /** Reads a scalar whole, or opens an object or array; leaves the reader behind a value, or inside a new frame's first one. */
  #beginValue(): void {
    for (;;) {
      this.#skipSpace();
      const byte = this.#peek();
      if (byte === '{') {
        this.#at++;
        this.#push({ keys: new Set(), at: '' });
        this.#skipSpace();
        if (this.#peek() === '}') return this.#close();
        this.#key();
      } else if (byte === '[') {
        this.#at++;
        this.#push({ keys: undefined, at: 0 });
        this.#skipSpace();
        if (this.#peek() === ']') return this.#close();
      } else return this.#scalar(byte);
    }
  }

  #afterValue(): void {
    const frame = this.#stack.at(-1);
    if (!frame) return;
    this.#skipSpace();
    const byte = this.#peek();
    if (frame.keys) {
      if (byte === '}') return this.#close();
      if (byte !== ',') this.#fail('after object key:value pair');
      this.#at++;
      this.#skipSpace();
      this.#key();
    } else {
      if (byte === ']') return this.#close();
      if (byte !== ',') this.#fail('after array element');
      this.#at++;
      if (typeof frame.at === 'number') frame.at++;
    }
    this.#beginValue();
  }

  #push(frame: Frame): void {
    if (this.#stack.length >= MAX_DEPTH) throw new JsonSyntaxError('exceeded max depth');
    this.#stack.push(frame);
  }

  #close(): void {
    this.#at++;
    this.#stack.pop();
  }

  #key(): void {
    if (this.#peek() !== '"') this.#fail('looking for beginning of object key string');
    const key = this.#string();
    this.#skipSpace();
    if (this.#peek() !== ':') this.#fail('after object key');
    this.#at++;
    const frame = this.#stack.at(-1);
    if (!frame?.keys) return;
    frame.at = key;
    if (frame.keys.has(key)) this.duplicates.push(this.#path());
    frame.keys.add(key);
  }

  #path(): string {
    let path = '';
    for (const { at } of this.#stack) path += typeof at === 'number' ? `[${at}]` : path === '' ? at : `.${at}`;
    return path;
  }

  #scalar(byte: string): void {
    if (byte === '"') this.#string();
    else if (byte === 't') this.#literal('true');
    else if (byte === 'f') this.#literal('false');
    else if (byte === 'n') this.#literal('null');
    else if (byte === '-' || isDigit(byte)) this.#number();
    else this.#fail('looking for beginning of value');
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const byte = this.#peek();
      if (byte === '"') break;
      if (byte < ' ') this.#fail('in string literal');
      this.#at++;
      if (byte === '\\') this.#escape();
    }
    this.#at++;
    const parsed: unknown = JSON.parse(new TextDecoder().decode(this.#bytes.subarray(start, this.#at)));
    return String(parsed);
  }

  #escape(): void {
    const byte = this.#peek();
    if (byte === 'u') {
      this.#at++;
      for (let i = 0; i < 4; i++, this.#at++) {
        if (!/[0-9a-fA-F]/.test(this.#peek())) this.#fail('in \\u hexadecimal character escape');
      }
      return;
    }
    if (!'"\\/bfnrt'.includes(byte)) this.#fail('in string escape code');
    this.#at++;
  }

  #literal(word: string): void {
    for (const letter of word) {
      if (this.#peek() !== letter) this.#fail(`in literal ${word} (expecting '${letter}')`);
      this.#at++;
    }
  }

  #number(): void {
    if (this.#peek() === '-') {
      this.#at++;
      if (!isDigit(this.#peek())) this.#fail('in numeric literal');
    }
    if (this.#peek() === '0') this.#at++;
    else this.#digits();
    if (this.#peekOrEnd() === '.') {
      this.#at++;
      if (!isDigit(this.#peek())) this.#fail('after decimal point in numeric literal');
      this.#digits();
    }
    if (this.#peekOrEnd().toLowerCase() === 'e') {
      this.#at++;
      if (this.#peek() === '+' || this.#peek() === '-') this.#at++;
      if (!isDigit(this.#peek())) this.#fail('in exponent of numeric literal');
      this.#digits();
    }
  }

  #digits(): void {
    while (isDigit(this.#peekOrEnd())) this.#at++;
  }

  #skipSpace(): void {
    while (' \t\r\n'.includes(this.#peekOrEnd() || 'x')) this.#at++;
  }

  #peekOrEnd(): string {
    const byte = this.#bytes[this.#at];
    return byte === undefined ? '' : String.fromCharCode(byte);
  }

  #peek(): string {
    const byte = this.#peekOrEnd();
    if (byte === '') throw new JsonSyntaxError('unexpected end of JSON input');
    return byte;
  }

  #fail(where: string): never {
    const byte = this.#peek();
    const quoted = byte === "'" ? "'\\''" : byte === '"' ? `'"'` : `'${JSON.stringify(byte).slice(1, -1)}'`;
    throw new JsonSyntaxError(`invalid character ${quoted} ${where}`);
  }
}

const isDigit = (byte: string): boolean => byte >= '0' && byte <= '9' && byte !== '';

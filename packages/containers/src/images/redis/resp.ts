// RESP2, the protocol of Redis (https://redis.io/docs/latest/develop/reference/protocol-spec). Bytes are kept in strings of one byte a character ('latin1'),
// so that keys and values may hold anything.

export type Reply =
  | { kind: 'simple'; text: string }
  | { kind: 'error'; text: string }
  | { kind: 'integer'; value: number }
  | { kind: 'bulk'; value: string | undefined }
  | { kind: 'array'; items: readonly Reply[] | undefined };

export const OK: Reply = { kind: 'simple', text: 'OK' };
export const NIL: Reply = { kind: 'bulk', value: undefined };
export const integer = (value: number): Reply => ({ kind: 'integer', value });
export const bulk = (value: string | undefined): Reply => ({ kind: 'bulk', value });
export const bulks = (values: readonly (string | undefined)[]): Reply => ({ kind: 'array', items: values.map(bulk) });
export const array = (items: readonly Reply[] | undefined): Reply => ({ kind: 'array', items });
export const failure = (text: string): Reply => ({ kind: 'error', text });

/** What a client sent is no RESP: the connection cannot go on. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export function encodeReply(reply: Reply): string {
  switch (reply.kind) {
    case 'simple':
      return `+${reply.text}\r\n`;
    case 'error':
      return `-${reply.text.replace(/[\r\n]/g, ' ')}\r\n`;
    case 'integer':
      return `:${reply.value}\r\n`;
    case 'bulk':
      return reply.value === undefined ? '$-1\r\n' : `$${reply.value.length}\r\n${reply.value}\r\n`;
    case 'array':
      return reply.items === undefined ? '*-1\r\n' : `*${reply.items.length}\r\n${reply.items.map(encodeReply).join('')}`;
  }
}

/** A command as clients send it, and as it is kept in the append-only file. */
export const encodeCommand = (words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

const BULK_MAX_BYTES = 512 * 1024 * 1024;
const WORDS_MAX = 1024 * 1024;
const INLINE_MAX_BYTES = 64 * 1024;

/** Reads commands out of a stream, several at once and in pieces of any size. */
export class CommandReader {
  #rest = Buffer.alloc(0);
  #at = 0;

  /** How many bytes of what was read make no whole command yet. */
  get pendingBytes(): number {
    return this.#rest.length - this.#at;
  }

  /** The commands that are whole by now. Throws `ProtocolError`. */
  read(chunk: Uint8Array): string[][] {
    this.#rest = this.#at >= this.#rest.length ? Buffer.from(chunk) : Buffer.concat([this.#rest.subarray(this.#at), chunk]);
    this.#at = 0;
    const commands: string[][] = [];
    for (let command = this.#next(); command; command = this.#next()) if (command.length > 0) commands.push(command);
    return commands;
  }

  /** A whole command, an empty one for an empty line, or undefined. Moves on only when it is whole. */
  #next(): string[] | undefined {
    const first = this.#line(this.#at);
    if (!first) return undefined;
    if (!first.text.startsWith('*')) {
      this.#at = first.end;
      return inlineWords(first.text);
    }
    const count = lengthOf(first.text, WORDS_MAX, 'invalid multibulk length');
    const words: string[] = [];
    let at = first.end;
    for (let i = 0; i < count; i++) {
      const head = this.#line(at);
      if (!head) return undefined;
      if (!head.text.startsWith('$')) throw new ProtocolError(`expected '$', got '${head.text.slice(0, 1)}'`);
      const length = lengthOf(head.text, BULK_MAX_BYTES, 'invalid bulk length');
      if (this.#rest.length < head.end + length + 2) return undefined;
      words.push(this.#rest.toString('latin1', head.end, head.end + length));
      at = head.end + length + 2;
    }
    this.#at = at;
    return words;
  }

  #line(from: number): { text: string; end: number } | undefined {
    const end = this.#rest.indexOf('\n', from);
    if (end < 0) {
      if (this.#rest.length - from > INLINE_MAX_BYTES) throw new ProtocolError('too big inline request');
      return undefined;
    }
    const text = this.#rest.toString('latin1', from, end);
    return { text: text.endsWith('\r') ? text.slice(0, -1) : text, end: end + 1 };
  }
}

function lengthOf(line: string, max: number, complaint: string): number {
  const length = Number(line.slice(1));
  if (!/^.-?\d+$/.test(line) || length > max) throw new ProtocolError(complaint);
  return Math.max(0, length);
}

/** A line typed by hand (`nc redis 6379`): words, in quotes if they hold spaces. */
function inlineWords(line: string): string[] {
  return [...line.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double?.replace(/\\(.)/g, '$1') ?? single ?? plain ?? '',
  );
}

import type { Reply } from './resp.ts';

/** Reads replies out of what a server sends, in pieces of any size. */
export class ReplyReader {
  #rest = '';

  read(chunk: Uint8Array): Reply[] {
    this.#rest += Buffer.from(chunk).toString('latin1');
    const replies: Reply[] = [];
    for (;;) {
      const found = replyAt(this.#rest, 0);
      if (!found) return replies;
      replies.push(found.reply);
      this.#rest = this.#rest.slice(found.end);
    }
  }
}

function replyAt(text: string, from: number): { reply: Reply; end: number } | undefined {
  const lineEnd = text.indexOf('\r\n', from);
  if (lineEnd < 0) return undefined;
  const line = text.slice(from + 1, lineEnd);
  const end = lineEnd + 2;
  const length = Number(line);
  switch (text[from]) {
    case '+':
      return { reply: { kind: 'simple', text: line }, end };
    case ':':
      return { reply: { kind: 'integer', value: length }, end };
    case '$':
      if (length < 0) return { reply: { kind: 'bulk', value: undefined }, end };
      return text.length < end + length + 2
        ? undefined
        : { reply: { kind: 'bulk', value: text.slice(end, end + length) }, end: end + length + 2 };
    case '*': {
      if (length < 0) return { reply: { kind: 'array', items: undefined }, end };
      const items: Reply[] = [];
      let at = end;
      for (let i = 0; i < length; i++) {
        const item = replyAt(text, at);
        if (!item) return undefined;
        items.push(item.reply);
        at = item.end;
      }
      return { reply: { kind: 'array', items }, end: at };
    }
    default:
      return { reply: { kind: 'error', text: line }, end };
  }
}

/** As redis-cli prints a reply: for people at a terminal with quotes and numbers, otherwise bare. */
export function showReply(reply: Reply, raw: boolean, indent = ''): string {
  switch (reply.kind) {
    case 'simple':
      return reply.text;
    case 'error':
      return raw ? reply.text : `(error) ${reply.text}`;
    case 'integer':
      return raw ? String(reply.value) : `(integer) ${reply.value}`;
    case 'bulk':
      if (reply.value === undefined) return raw ? '' : '(nil)';
      return raw ? reply.value : JSON.stringify(reply.value);
    case 'array': {
      const { items = [] } = reply;
      if (items.length === 0) return raw ? '' : '(empty array)';
      if (raw) return items.map((item) => showReply(item, raw)).join('\n');
      const width = String(items.length).length;
      return items
        .map((item, i) => {
          const number = `${String(i + 1).padStart(width)}) `;
          return `${i === 0 ? '' : indent}${number}${showReply(item, raw, `${indent}${' '.repeat(number.length)}`)}`;
        })
        .join('\n');
    }
  }
}

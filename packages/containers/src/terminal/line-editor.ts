// The line that a person types at a shell's prompt: moving in it, its history, and what the screen shows of it. Source: busybox' lineedit
// and readline's usual keys.

/** What came of some keys. */
export type Edited =
  | { kind: 'line'; text: string; rest: string }
  | { kind: 'end'; rest: string }
  | { kind: 'interrupt'; rest: string }
  | { kind: 'complete'; rest: string }
  | { kind: 'more' };

const WORD_BEFORE = /\S+\s*$/;

export class LineEditor {
  readonly #prompt: string;
  readonly #history: readonly string[];
  readonly #columns: () => number;
  #chars: string[] = [];
  #cursor = 0;
  /** Which line of the history shows; its length: the one that is being typed. */
  #shown: number;
  #typed: string[] = [];
  #escape = '';
  #killed: string[] = [];
  /** What the screen is still to be told. */
  output: string;

  /** @param columns the width of the screen */
  constructor(prompt: string, history: readonly string[], columns: () => number) {
    this.#prompt = prompt;
    this.#history = history;
    this.#columns = columns;
    this.#shown = history.length;
    this.output = prompt;
  }

  get before(): string {
    return this.#chars.slice(0, this.#cursor).join('');
  }

  /** What there is to show since the last call. */
  takeOutput(): string {
    const { output } = this;
    this.output = '';
    return output;
  }

  /** Takes keys until a line is done; `rest` is what was typed behind it. */
  feed(keys: string): Edited {
    const chars = [...keys];
    for (const [i, key] of chars.entries()) {
      const done = this.#key(key);
      if (done) return { ...done, rest: chars.slice(i + 1).join('') };
    }
    return { kind: 'more' };
  }

  insert(text: string): void {
    const added = [...text];
    this.#chars.splice(this.#cursor, 0, ...added);
    const atEnd = this.#cursor + added.length === this.#chars.length;
    if (atEnd && !this.#nearEdge(added.length)) {
      this.#cursor += added.length;
      this.output += text;
    } else this.#draw(() => (this.#cursor += added.length));
  }

  /** Shows the line again, on a fresh row: something else was written in between. */
  show(): void {
    this.output += this.#prompt;
    this.#drawFrom(0);
  }

  #key(key: string): { kind: 'line'; text: string } | { kind: 'end' } | { kind: 'interrupt' } | { kind: 'complete' } | undefined {
    if (this.#escape !== '' || key === '\x1b') {
      this.#escaped(key);
      return undefined;
    }
    switch (key) {
      case '\r':
      case '\n':
        this.#moveTo(this.#chars.length);
        this.output += '\n';
        return { kind: 'line', text: this.#chars.join('') };
      case '\x03':
        this.#moveTo(this.#chars.length);
        this.output += '^C\n';
        return { kind: 'interrupt' };
      case '\x04':
        if (this.#chars.length === 0) return { kind: 'end' };
        this.#remove(this.#cursor, this.#cursor + 1);
        return undefined;
      case '\t':
        return { kind: 'complete' };
      case '\x7f':
      case '\b':
        if (this.#cursor > 0) this.#remove(this.#cursor - 1, this.#cursor);
        return undefined;
      case '\x01':
        this.#moveTo(0);
        return undefined;
      case '\x05':
        this.#moveTo(this.#chars.length);
        return undefined;
      case '\x02':
        this.#moveTo(this.#cursor - 1);
        return undefined;
      case '\x06':
        this.#moveTo(this.#cursor + 1);
        return undefined;
      case '\x10':
        this.#recall(this.#shown - 1);
        return undefined;
      case '\x0e':
        this.#recall(this.#shown + 1);
        return undefined;
      case '\x15':
        this.#remove(0, this.#cursor);
        return undefined;
      case '\x0b':
        this.#remove(this.#cursor, this.#chars.length);
        return undefined;
      case '\x17':
        this.#remove(this.#cursor - [...(WORD_BEFORE.exec(this.before)?.[0] ?? '')].length, this.#cursor);
        return undefined;
      case '\x19':
        this.insert(this.#killed.join(''));
        return undefined;
      case '\x0c':
        this.output += `\x1b[H\x1b[J${this.#prompt}`;
        this.#drawFrom(0);
        return undefined;
      default:
        if (key >= ' ') this.insert(key);
        return undefined;
    }
  }

  /** Keys that send several characters: arrows, Home, End, Delete. */
  #escaped(key: string): void {
    this.#escape += key;
    const sequence = /^\x1b(?:[[O](\d*)(?:;\d+)?([A-Za-z~])|([bf\x7f]))$/.exec(this.#escape);
    if (!sequence) {
      if (!/^\x1b([[O][\d;]*)?$/.test(this.#escape)) this.#escape = '';
      return;
    }
    this.#escape = '';
    const [, number, letter, meta] = sequence;
    if (letter === 'A') this.#recall(this.#shown - 1);
    else if (letter === 'B') this.#recall(this.#shown + 1);
    else if (letter === 'C') this.#moveTo(this.#cursor + 1);
    else if (letter === 'D') this.#moveTo(this.#cursor - 1);
    else if (letter === 'H' || number === '1' || number === '7') this.#moveTo(0);
    else if (letter === 'F' || number === '4' || number === '8') this.#moveTo(this.#chars.length);
    else if (number === '3') this.#remove(this.#cursor, this.#cursor + 1);
    else if (meta === 'b') this.#moveTo(this.#cursor - [...(WORD_BEFORE.exec(this.before)?.[0] ?? '')].length);
    else if (meta === 'f') this.#moveTo(this.#cursor + (/^\s*\S+/.exec(this.#chars.slice(this.#cursor).join(''))?.[0].length ?? 0));
    else if (meta === '\x7f') this.#remove(this.#cursor - [...(WORD_BEFORE.exec(this.before)?.[0] ?? '')].length, this.#cursor);
  }

  #recall(index: number): void {
    if (index < 0 || index > this.#history.length) return;
    if (this.#shown === this.#history.length) this.#typed = this.#chars;
    this.#draw(() => {
      this.#shown = index;
      this.#chars = index === this.#history.length ? this.#typed : [...(this.#history[index] ?? '')];
      this.#cursor = this.#chars.length;
    });
  }

  #remove(from: number, to: number): void {
    const gone = this.#chars.slice(from, to);
    if (gone.length === 0) return;
    if (gone.length > 1) this.#killed = gone;
    const lastOfLine = to === this.#chars.length && gone.length === 1 && from < this.#cursor && !this.#nearEdge(0);
    if (lastOfLine) {
      this.#chars.pop();
      this.#cursor = from;
      this.output += '\b \b';
      return;
    }
    this.#draw(() => {
      this.#chars.splice(from, gone.length);
      this.#cursor = from;
    });
  }

  #moveTo(cursor: number): void {
    const target = Math.max(0, Math.min(cursor, this.#chars.length));
    if (target === this.#cursor) return;
    this.output += this.#travel(this.#cursor, target);
    this.#cursor = target;
  }

  /** Changes the line, and shows it anew. */
  #draw(change: () => void): void {
    this.output += `${this.#travel(this.#cursor, 0)}\x1b[J`;
    change();
    this.#drawFrom(0);
  }

  /** Writes the line from a place on, and goes to the cursor. */
  #drawFrom(place: number): void {
    this.output += this.#chars.slice(place).join('');
    // A terminal stays at the edge until more is written: the cursor is put where the next character goes.
    if ((this.#promptWidth + this.#chars.length) % this.#columns() === 0 && this.#chars.length > 0) this.output += ' \b';
    this.output += this.#travel(this.#chars.length, this.#cursor);
  }

  #travel(from: number, to: number): string {
    const columns = this.#columns();
    const [a, b] = [from + this.#promptWidth, to + this.#promptWidth];
    const rows = Math.floor(b / columns) - Math.floor(a / columns);
    const steps = (b % columns) - (a % columns);
    const vertical = rows < 0 ? `\x1b[${-rows}A` : rows > 0 ? `\x1b[${rows}B` : '';
    return vertical + (steps < 0 ? `\x1b[${-steps}D` : steps > 0 ? `\x1b[${steps}C` : '');
  }

  #nearEdge(added: number): boolean {
    const at = this.#promptWidth + this.#cursor + added;
    return added > 1 || at % this.#columns() <= 1;
  }

  get #promptWidth(): number {
    const last = this.#prompt.slice(this.#prompt.lastIndexOf('\n') + 1);
    return [...last.replace(/\x1b\[[\d;]*[A-Za-z]/g, '')].length;
  }
}

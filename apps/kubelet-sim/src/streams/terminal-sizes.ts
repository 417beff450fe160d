import type { TerminalSize } from '@kubernats/containers';

/** The sizes of a caller's terminal: whoever asks gets the latest that it has not seen, and waits for the next. */
export class TerminalSizes implements AsyncIterable<TerminalSize> {
  #latest: TerminalSize | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  /** Takes what a client says of its terminal: `{"Width": 80, "Height": 24}`. What makes no sense is left out. */
  push(payload: Uint8Array): void {
    const size = sizeOf(payload);
    if (!size) return;
    this.#latest = size;
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TerminalSize, void> {
    for (;;) {
      const size = this.#latest;
      this.#latest = undefined;
      if (size) yield size;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const SIDE_MAX = 65_535;

function sizeOf(payload: Uint8Array): TerminalSize | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('Width' in value) || !('Height' in value)) return undefined;
  const { Width: columns, Height: rows } = value;
  return isSide(columns) && isSide(rows) ? { columns, rows } : undefined;
}

const isSide = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= SIDE_MAX;

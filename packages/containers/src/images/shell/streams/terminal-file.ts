import type { Teletype } from '../../../terminal/teletype.ts';
import { OpenFile, type Wait } from './open-file.ts';

/** A terminal as an open file: what is typed comes out of it, what is written to it shows. */
export class TerminalFile extends OpenFile {
  readonly #terminal: Teletype;
  constructor(terminal: Teletype) {
    super('/dev/pts/0', terminal);
    this.#terminal = terminal;
  }
  override read(max: number, wait: Wait): Promise<Uint8Array | undefined> {
    return this.#terminal.read(max, wait);
  }
  override unread(bytes: Uint8Array): void {
    this.#terminal.unread(bytes);
  }
  override write(bytes: Uint8Array, wait: Wait): Promise<void> | void {
    const room = this.#terminal.write(bytes);
    if (room) return wait(room);
  }
}

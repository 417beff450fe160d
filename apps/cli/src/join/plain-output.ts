import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ComponentOutput } from '../supervisor/child.ts';

/** The components' lines as they are, of all in one stream, for what keeps the logs of a container: each is JSON and names its component. */
export class PlainOutput implements ComponentOutput {
  readonly #to: NodeJS.WritableStream;

  constructor(to: NodeJS.WritableStream) {
    this.#to = to;
  }

  begin(): void {}

  follow(component: string, stream: Readable | null): void {
    if (stream) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => this.line(component, line));
  }

  line(component: string, line: string): void {
    const text = line.startsWith('{') ? line : JSON.stringify({ component, msg: line });
    this.#to.write(`${text}\n`);
  }
}

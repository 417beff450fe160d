import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

const CALLER = readFileSync(new URL('caller.mjs', import.meta.url), 'utf8');

type Question = { host: string; port: number; timeoutMs: number } | { name: string; server: string };

/** Asks from within a container, by one process there that answers everything. */
export class Inside implements Disposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>();
  #count = 0;

  constructor(container: string) {
    const args = ['exec', '--interactive', container, 'node', '--input-type=module', '--eval', CALLER];
    this.#process = spawn('docker', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      const { id, text, error } = JSON.parse(line) as { id: number; text?: string; error?: string };
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (text !== undefined) waiting?.resolve(text);
      else waiting?.reject(new Error(error));
    });
    // That it has ended is told below.
    this.#process.stdin.on('error', () => {});
    this.#process.once('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`what asks in ${container} ended with ${code}`));
    });
  }

  ask(question: Question): Promise<string> {
    const id = ++this.#count;
    const answer = Promise.withResolvers<string>();
    if (this.#process.exitCode !== null) answer.reject(new Error('what asks has ended'));
    this.#waiting.set(id, answer);
    this.#process.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
    return answer.promise;
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}

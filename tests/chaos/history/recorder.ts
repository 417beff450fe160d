import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@kubernats/clock';
import type { Entry, Event } from './entries.ts';

/** Notes what happens, in memory for the checkers and in a file, a line each, for who looks for the reason. */
export class Recorder implements Disposable {
  readonly file: string;
  readonly entries: Entry[] = [];
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #descriptor: number;

  constructor(folder: string, clock: Clock) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, 'history.jsonl');
    this.#descriptor = openSync(this.file, 'w');
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  /** Milliseconds since the start. */
  now(): number {
    return Math.round(this.#clock.monotonic() - this.#startedAt);
  }

  note(event: Event): void {
    const entry: Entry = { atMs: this.now(), ...event };
    this.entries.push(entry);
    writeSync(this.#descriptor, `${JSON.stringify(entry)}\n`);
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

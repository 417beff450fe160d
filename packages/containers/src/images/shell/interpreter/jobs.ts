import type { Process } from '../process/process.ts';

export interface Job {
  readonly number: number;
  readonly pid: number;
  readonly process: Process;
  readonly text: string;
}

const ENDED_KEPT = 50;

/** What a shell has started in the background and not yet spoken of. */
export class Jobs {
  readonly #jobs: Job[] = [];

  add(process: Process, text: string): Job {
    // A script that never waits for its jobs does not keep them for ever.
    const ended = this.#jobs.filter((job) => job.process.status !== undefined);
    for (const job of ended.slice(0, Math.max(0, ended.length - ENDED_KEPT))) this.remove(job);
    const number = (this.#jobs.at(-1)?.number ?? 0) + 1;
    const job = { number, pid: process.pid, process, text };
    this.#jobs.push(job);
    return job;
  }

  list(): readonly Job[] {
    return this.#jobs;
  }

  remove(job: Job): void {
    const at = this.#jobs.indexOf(job);
    if (at >= 0) this.#jobs.splice(at, 1);
  }

  /** `%1`, `%%`, `%+`, `%-`, or `%text`. */
  find(spec: string): Job | undefined {
    const name = spec.slice(1);
    if (name === '' || name === '%' || name === '+') return this.#jobs.at(-1);
    if (name === '-') return this.#jobs.at(-2) ?? this.#jobs.at(-1);
    if (/^\d+$/.test(name)) return this.#jobs.find(({ number }) => number === Number(name));
    return this.#jobs.find(({ text }) => text.startsWith(name));
  }

  /** One row of `jobs`. */
  describe(job: Job): string {
    const mark = job === this.#jobs.at(-1) ? '+' : job === this.#jobs.at(-2) ? '-' : ' ';
    const { status } = job.process;
    const state = status === undefined ? 'Running' : status === 0 ? 'Done' : status > 128 ? 'Terminated' : `Done(${status})`;
    return `[${job.number}]${mark}  ${state.padEnd(23)} ${job.text}\n`;
  }
}

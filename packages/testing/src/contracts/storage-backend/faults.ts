import type { Files } from '@kubernats/files';

/** The process is gone: nothing that it meant to do afterwards happens. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** When a process dies: just before, or just after, the step of this number that changes something. */
export interface CrashPoint {
  readonly step: number;
  readonly when: 'before' | 'after';
}

const CHANGES: ReadonlySet<string | symbol> = new Set<keyof Files>([
  'write',
  'append',
  'replace',
  'mkdir',
  'rename',
  'symlink',
  'chmod',
  'setModified',
  'remove',
]);

/** Counts what changes files, and crashes there. */
export class Faults {
  #steps = 0;
  readonly #point: CrashPoint | undefined;
  hasCrashed = false;

  constructor(point: CrashPoint | undefined) {
    this.#point = point;
  }

  over(files: Files): Files {
    return new Proxy(files, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'scope') return (...args: Parameters<Files['scope']>) => this.over(target.scope(...args));
        if (!CHANGES.has(name)) return value.bind(target);
        return (...args: unknown[]) => this.#step(() => value.apply(target, args));
      },
    });
  }

  async #step(change: () => Promise<unknown>): Promise<unknown> {
    const step = this.#steps++;
    if (this.hasCrashed || (step === this.#point?.step && this.#point.when === 'before')) this.#crash();
    const done = await change();
    if (step === this.#point?.step) this.#crash();
    return done;
  }

  #crash(): never {
    this.hasCrashed = true;
    throw new Crash('the process died');
  }
}

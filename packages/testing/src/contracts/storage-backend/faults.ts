import type { Files } from '@kubernats/files';

/** The process is gone: nothing that it meant to do afterwards happens. */
class Crash extends Error {
  override readonly name = 'Crash';
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

/** A process that dies just before it changes something for the n-th time (from 0); what it reads until then changes nothing. */
export class Faults {
  #left: number;
  hasCrashed = false;

  constructor(changes: number) {
    this.#left = changes;
  }

  over(files: Files): Files {
    return new Proxy(files, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'scope') return (...args: Parameters<Files['scope']>) => this.over(target.scope(...args));
        if (!CHANGES.has(name)) return value.bind(target);
        return async (...args: unknown[]) => {
          this.#mayChange();
          return value.apply(target, args);
        };
      },
    });
  }

  #mayChange(): void {
    this.hasCrashed ||= this.#left === 0;
    this.#left -= 1;
    if (this.hasCrashed) throw new Crash('the process died');
  }
}

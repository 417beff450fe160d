import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';

/** Calls that read or write a disk; what else there is answers at once. */
const SLOW: ReadonlySet<string | symbol> = new Set<keyof Files>([
  'read',
  'readRange',
  'write',
  'append',
  'replace',
  'stat',
  'lstat',
  'list',
  'mkdir',
  'rename',
  'symlink',
  'readlink',
  'chmod',
  'setModified',
  'realpath',
  'remove',
  'usage',
  'space',
]);

/** The same folder, where every read and write takes so long before it happens. */
export function slowFiles(files: Files, clock: Clock, latencyMs: () => number): Files {
  return new Proxy(files, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === 'scope') return (...args: Parameters<Files['scope']>) => slowFiles(target.scope(...args), clock, latencyMs);
      if (!SLOW.has(name)) return value.bind(target);
      return async (...args: unknown[]) => {
        const delayMs = latencyMs();
        if (delayMs > 0) await clock.sleep(delayMs);
        return value.apply(target, args);
      };
    },
  });
}

import { FilesError, type Step } from './port.ts';

/** Looks at one place without following a link there; `parts` are the names from the top of the back end. */
export type Lookup = (parts: readonly string[]) => Step | undefined;

export interface Resolved {
  /** Names from the top of the back end. */
  readonly place: string[];
  /** What stands there; undefined: nothing. To be asked in the same turn: where the walk did not look at the place itself, it is looked at then. */
  readonly step: Step | undefined;
}

const LINKS_MAX = 40;

/**
 * Walks `path` by hand from the jail's top, name by name, as the kernel would for a process whose root is the jail: `..` stops at
 * the top, an absolute link starts at the top again, links are followed at most 40 times. So whatever links a container plants,
 * the result is inside. The last name may be missing; every name before it must be a directory.
 * @param jail the top, as names from the top of the back end; itself already followed
 * @param followLast whether a link at the end is followed
 */
export function resolveInside(path: string, jail: readonly string[], lookup: Lookup, followLast: boolean): Resolved {
  if (path.includes('\0')) throw new FilesError('EINVAL', path);
  let at = [...jail];
  const rest = namesOf(path).reverse();
  let links = 0;
  let step: Step | undefined;
  let isLooked = false;
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (isLooked && step === undefined) throw new FilesError('ENOENT', path);
    isLooked = name !== '..';
    if (!isLooked) {
      if (at.length > jail.length) at.pop();
      continue;
    }
    at.push(name);
    step = lookup(at);
    if (step === undefined) continue;
    if (step.kind === 'symlink') {
      if (rest.length === 0 && !followLast) break;
      links += 1;
      if (links > LINKS_MAX) throw new FilesError('ELOOP', path);
      if (step.target.startsWith('/')) at = [...jail];
      else at.pop();
      isLooked = false;
      rest.push(...namesOf(step.target).reverse());
    } else if (step.kind !== 'directory' && rest.length > 0) {
      throw new FilesError('ENOTDIR', path);
    }
  }
  return {
    place: at,
    get step() {
      return isLooked ? step : lookup(at);
    },
  };
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

import { type Files, FilesError } from '@kubernats/files';

const LINKS_MAX = 40;
const namesOf = (path: string): string[] => path.split('/').filter((name) => name !== '' && name !== '.');

/** The path cannot be made: something is in the way. */
export class SubPathError extends Error {
  override readonly name = 'SubPathError';
  /** It may be there already, and leads out of its volume or in circles. */
  readonly isUnsafe: boolean;
  constructor(isUnsafe: boolean) {
    super(isUnsafe ? 'the path leads out of its volume' : 'the folder cannot be made');
    this.isUnsafe = isUnsafe;
  }
}

/**
 * A folder or file within a volume, for a mount of its own. What is missing is made, with the volume's own mode. Links that containers have put on
 * the way are followed as long as they stay in the volume; one that leads out, also by an absolute path, is refused. The answer stays what it is:
 * a link that takes its place later is not followed. Throws `SubPathError`. Source: Kubernetes, "Using subPath", CVE-2017-1002101.
 */
export async function openSubPath(volume: Files, path: string): Promise<Files> {
  const at: string[] = [];
  const rest = namesOf(path).reverse();
  let links = 0;
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (name === '..') {
      if (at.pop() === undefined) throw new SubPathError(true);
      continue;
    }
    at.push(name);
    const here = `/${at.join('/')}`;
    const step = volume.lookup(here);
    if (step?.kind === 'symlink') {
      links += 1;
      if (step.target.startsWith('/') || links > LINKS_MAX) throw new SubPathError(true);
      at.pop();
      rest.push(...namesOf(step.target).reverse());
    } else if (step === undefined) {
      // A folder is made where the manifest names one, not where a link would have it.
      if (links > 0) throw new SubPathError(false);
      await make(volume, here);
    }
  }
  return volume.scope(`/${at.join('/')}`, { pinned: true });
}

async function make(volume: Files, path: string): Promise<void> {
  try {
    await volume.mkdir(path, { mode: (await volume.stat('/'))?.mode ?? 0o755 });
  } catch (error) {
    if (!(error instanceof FilesError)) throw error;
    if (volume.lookup(path)?.kind !== 'directory') throw new SubPathError(false);
  }
}

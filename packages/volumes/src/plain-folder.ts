import type { Files } from '@kubernats/files';
import { BackendError } from './port.ts';

/**
 * Makes a folder, and opens it, on a way that has no links: who may write to a folder above it has no say in where it lies. Throws `BackendError`
 * where there is one.
 * @param names from the top of the storage
 */
export async function plainFolder(storage: Files, names: readonly string[]): Promise<Files> {
  for (let depth = 0; depth < names.length; depth++) {
    const above = pathOf(names.slice(0, depth));
    const path = `/${names[depth]}`;
    const parent = storage.scope(above, { pinned: true });
    const step = parent.lookup(path);
    if (step === undefined) await parent.mkdir(path, { recursive: true });
    else if (step.kind !== 'directory') throw new BackendError(`${pathOf(names.slice(0, depth + 1))} is not a directory`);
  }
  return storage.scope(pathOf(names), { pinned: true });
}

/** Removes a folder with all that is in it; absent is fine. A link on the way leads nowhere. */
export async function removePlainFolder(storage: Files, names: readonly string[]): Promise<void> {
  await storage.scope(pathOf(names.slice(0, -1)), { pinned: true }).remove(`/${names.at(-1)}`);
}

const pathOf = (names: readonly string[]): string => `/${names.join('/')}`;

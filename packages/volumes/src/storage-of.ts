import type { Files } from '@kubernats/files';
import { folderName } from './folder-name.ts';

/** A back end's own folder in the storage that lies outside of all nodes. */
export async function storageOf(storage: Files, backend: string): Promise<Files> {
  const path = `/${folderName(backend)}`;
  await storage.mkdir(path, { recursive: true });
  return storage.scope(path);
}

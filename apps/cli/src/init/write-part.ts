import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Part } from './parts.ts';

/** The user that may read a part, and nobody else. Undefined: whoever runs this. */
export type Owner = number | undefined;

/** Writes a component's part. A reader never sees half of a file, and one that stays the same is written all the same. */
export function writePart(folder: string, part: Part, owner: Owner): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, source] of Object.entries(part)) writeSecret(join(folder, name), readFileSync(source, 'utf8'), owner);
  if (owner !== undefined) chownSync(folder, owner, owner);
  chmodSync(folder, 0o700);
}

/** Writes a file for its owner alone. */
export function writeSecret(file: string, text: string, owner: Owner): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  if (owner !== undefined) chownSync(`${file}.new`, owner, owner);
  renameSync(`${file}.new`, file);
}

/**
 * Writes a file for the owner of the nearest folder that was there before, with the folders that are missing: where root in a container writes
 * into a person's project, it becomes the person's.
 */
export function writeForOwnerOfFolder(file: string, text: string): void {
  const folder = dirname(file);
  let known = folder;
  while (!existsSync(known)) known = dirname(known);
  const { uid, gid } = statSync(known);
  const made = mkdirSync(folder, { recursive: true });
  writeSecret(file, text, undefined);
  if (process.getuid?.() !== 0) return;
  chownSync(file, uid, gid);
  for (let each = folder; made !== undefined && each !== dirname(made); each = dirname(each)) chownSync(each, uid, gid);
}

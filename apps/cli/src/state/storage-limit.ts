import { readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_MAX_FILE_BYTES } from '@kubernats/bus/server-config';

/**
 * How much JetStream may keep in a folder: up to half of what it has there and of what is free on the disk, as what was written over takes space for a
 * while; a power of two, so that it stays the same while the disk is used.
 * A server that meets the end of its disk stops to answer; one that meets its limit refuses writes, and is read. Bytes.
 */
export function storageLimit(folder: string): number {
  const half = Math.max(1, (usedBytes(folder) + freeBytes(folder)) / 2);
  return Math.min(DEFAULT_MAX_FILE_BYTES, 2 ** Math.floor(Math.log2(half)));
}

/** What is free for this user on the disk of a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function usedBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

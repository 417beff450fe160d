import { freeBytes } from '../state/storage-limit.ts';

const EVERY_MS = 1000;
const FULL_BELOW_BYTES = 32 * 1024 * 1024;
const SPACE_ABOVE_BYTES = 64 * 1024 * 1024;

/** Whether a disk counts as full that was full, or not, before. */
export function isDiskFull(wasFull: boolean, free: number): boolean {
  return free < (wasFull ? SPACE_ABOVE_BYTES : FULL_BELOW_BYTES);
}

/**
 * Calls `changed` when the disk of a folder gets full, and when it has space again, until this process ends. nats-server stops to answer when it meets
 * the end of its disk, and has to be started anew.
 */
export function guardDisk(folder: string, changed: (isFull: boolean) => void): void {
  let wasFull = false;
  setInterval(() => {
    const isFull = isDiskFull(wasFull, freeBytes(folder));
    if (isFull === wasFull) return;
    wasFull = isFull;
    changed(isFull);
  }, EVERY_MS).unref();
}

import { freeBytes } from '../state/storage-limit.ts';

const EVERY_MS = 1000;
const FULL_BELOW_BYTES = 32 * 1024 * 1024;
const SPACE_ABOVE_BYTES = 64 * 1024 * 1024;

/** Whether a disk counts as full that was full, or not, before. */
export function isDiskFull(wasFull: boolean, free: number): boolean {
  return free < (wasFull ? SPACE_ABOVE_BYTES : FULL_BELOW_BYTES);
}

/**
 * Calls `changed` when the disk of a folder gets full, and when it has space again, until the answer is called. nats-server stops to answer when it meets
 * the end of its disk, and has to be started anew. A folder that is gone, or cannot be asked about, tells nothing.
 */
export function guardDisk(folder: string, changed: (isFull: boolean) => void): () => void {
  let wasFull = false;
  const timer = setInterval(() => {
    const isFull = isDiskFull(wasFull, freeOrUnknown(folder));
    if (isFull === wasFull) return;
    wasFull = isFull;
    changed(isFull);
  }, EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Somewhere between full and not, which changes nothing, where it cannot be told. */
function freeOrUnknown(folder: string): number {
  try {
    return freeBytes(folder);
  } catch {
    return FULL_BELOW_BYTES;
  }
}

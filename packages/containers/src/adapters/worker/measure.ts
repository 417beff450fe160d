import type { Worker } from 'node:worker_threads';
import type { ImageContext } from '../../image.ts';

const EVERY_MS = 1000;

/** Looks every second at what a thread uses: the memory of its objects beyond what an idle worker has, and its CPU. Works on one that loops for ever too. */
export function measure(worker: Worker, { clock, signal }: ImageContext, report: (heapBytes: number, millicores: number) => void): void {
  let base: number | undefined;
  let busyBefore = 0;
  let atBefore = clock.monotonic();
  const look = async (): Promise<void> => {
    if (signal.aborted || worker.threadId < 0) return;
    const heap = await worker.getHeapStatistics();
    const bytes = heap.used_heap_size + heap.external_memory;
    base ??= bytes;
    const busy = worker.performance.eventLoopUtilization().active;
    const at = clock.monotonic();
    const millicores = at > atBefore ? Math.round(((busy - busyBefore) / (at - atBefore)) * 1000) : 0;
    busyBefore = busy;
    atBefore = at;
    report(Math.max(0, bytes - base), Math.min(1000, Math.max(0, millicores)));
    clock.setTimer(EVERY_MS, next);
  };
  // A worker that has ended meanwhile cannot be looked at.
  const next = (): void => void look().catch(() => {});
  next();
}

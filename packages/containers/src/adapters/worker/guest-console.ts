import type { ImageContext } from '../../image.ts';

/** `console.log` and `process.stdout` of a worker go to its container's log at once; without this they would pile up in the thread. */
export function redirectOutput({ stdout, stderr }: Pick<ImageContext, 'stdout' | 'stderr'>): void {
  for (const [stream, write] of [
    [process.stdout, stdout],
    [process.stderr, stderr],
  ] as const) {
    Object.assign(stream, {
      write(chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean {
        void write(chunk);
        const callback = typeof encoding === 'function' ? encoding : done;
        if (typeof callback === 'function') process.nextTick(callback);
        return true;
      },
    });
  }
}

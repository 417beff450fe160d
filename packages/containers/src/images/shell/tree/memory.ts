import type { System } from '../system.ts';

const DEFAULT_TOTAL_BYTES = 8 * 1024 ** 3;

/** The memory that the container may use, and uses, in bytes. Without a limit it is a machine's. */
export function memoryOf({ context }: System): { total: number; used: number } {
  const total = context.resources()?.limits.memoryBytes ?? DEFAULT_TOTAL_BYTES;
  return { total, used: Math.min(total, context.meter.memoryBytes) };
}

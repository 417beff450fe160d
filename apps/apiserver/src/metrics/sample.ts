import type { ResourceUsage } from '@kubernats/api';
import { quantityOf } from '@kubernats/apimachinery';
import type { CpuStats, MemoryStats } from '@kubernats/client';

const NANOS = 1_000_000_000n;
/** As the nodes average. */
const WINDOW_SECONDS = 10;

/** As metrics-server prints it: `1583931n`, `17412Ki`. */
export function usageOf({ cpu, memory }: { cpu: CpuStats; memory: MemoryStats }): ResourceUsage {
  return {
    cpu: quantityOf(BigInt(Math.round(cpu.usageNanoCores)), 'DecimalSI').toString(),
    memory: quantityOf(BigInt(Math.round(memory.workingSetBytes)) * NANOS, 'BinarySI').toString(),
  };
}

/** Over how long it was measured: the usual window, or since the start. */
export function windowOf({ startTime, cpu }: { startTime: string; cpu: CpuStats }): string {
  const seconds = Math.round((Date.parse(cpu.time) - Date.parse(startTime)) / 1000);
  return `${Math.min(WINDOW_SECONDS, Math.max(1, seconds))}s`;
}

/** One figure of a benchmark. */
export interface Measurement {
  name: string;
  value: number;
  unit: string;
  /** What the project means to reach: at most or at least this. */
  goal?: { atMost: number } | { atLeast: number };
}

/** A benchmark: what it measures, and how. It brings up and takes down what it needs. */
export interface Benchmark {
  name: string;
  run(): Promise<Measurement[]>;
}

/** The value below which `share` of the sorted values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export function reached({ value, goal }: Measurement): boolean | undefined {
  if (!goal) return undefined;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

/** Milliseconds that the work takes. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

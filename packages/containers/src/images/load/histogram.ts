/** Each bucket is so much wider than the one before: what is read out of it is at most 2 % off. */
const GROWTH = 1.02;
const SMALLEST_MS = 0.001;

/** Latencies in buckets: as much memory after a year as after a minute. */
export class Histogram {
  readonly #buckets = new Map<number, number>();
  count = 0;
  sumMs = 0;
  minMs = Number.POSITIVE_INFINITY;
  maxMs = 0;

  add(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms, SMALLEST_MS) / SMALLEST_MS) / Math.log(GROWTH));
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1);
    this.count++;
    this.sumMs += ms;
    this.minMs = Math.min(this.minMs, ms);
    this.maxMs = Math.max(this.maxMs, ms);
  }

  merge(other: Histogram): void {
    for (const [bucket, count] of other.#buckets) this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count);
    this.count += other.count;
    this.sumMs += other.sumMs;
    this.minMs = Math.min(this.minMs, other.minMs);
    this.maxMs = Math.max(this.maxMs, other.maxMs);
  }

  /** The latency that this share (0 to 1) of all stays within. Milliseconds; 0 when there is none. */
  quantile(share: number): number {
    let left = Math.ceil(this.count * share);
    for (const [bucket, count] of [...this.#buckets].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return Math.min(this.maxMs, SMALLEST_MS * GROWTH ** bucket);
    }
    return this.maxMs === 0 ? 0 : this.maxMs;
  }
}

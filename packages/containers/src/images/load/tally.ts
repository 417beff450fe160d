import { Histogram } from './histogram.ts';

/** Kinds of errors beyond these are counted together. */
const ERRORS_MAX = 20;

/** What came of the requests of a while. */
export class Tally {
  readonly latencies = new Histogram();
  /** By HTTP status. */
  readonly statuses = new Map<number, number>();
  /** By message: what got no answer at all. */
  readonly errors = new Map<string, number>();
  bytes = 0;

  answered(ms: number, status: number, bytes: number): void {
    this.latencies.add(ms);
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    this.bytes += bytes;
  }

  failed(message: string): void {
    const key = this.errors.has(message) || this.errors.size < ERRORS_MAX ? message : 'other errors';
    this.errors.set(key, (this.errors.get(key) ?? 0) + 1);
  }

  merge(other: Tally): void {
    this.latencies.merge(other.latencies);
    for (const [status, count] of other.statuses) this.statuses.set(status, (this.statuses.get(status) ?? 0) + count);
    for (const [message, count] of other.errors) this.errors.set(message, (this.errors.get(message) ?? 0) + count);
    this.bytes += other.bytes;
  }

  get requests(): number {
    return this.latencies.count + this.unanswered;
  }

  get unanswered(): number {
    return [...this.errors.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Without an answer, or with one that says that it went wrong (400 and above). */
  get bad(): number {
    let bad = this.unanswered;
    for (const [status, count] of this.statuses) if (status >= 400) bad += count;
    return bad;
  }
}

import { CpuUsage } from './cpu-usage.ts';
import type { CpuClaim } from './share-cpu.ts';

/** The kernel's period of enforcement. Source: the CFS bandwidth controller, as the kubelet sets it up (`cpuCFSQuotaPeriod`). */
export const CFS_PERIOD_MS = 100;
/** A microsecond: where sums of fractions count as equal, and the least by which time goes on. */
export const EPSILON_MS = 1e-3;
const MILLICORES_PER_CORE = 1000;

/** A piece of work. */
export interface WorkItem {
  readonly cpuMs: number;
  /** Where the account's `#done` must have come; set when it begins to run. */
  finish: number;
  /** Undefined: nobody waits for it, it only takes its part of the CPU. */
  resolve: (() => void) | undefined;
}

/**
 * What one container does on its node's CPU. Between two changes everything moves in straight lines, so that it is enough to look at the
 * changes. `NodeCpu` says how much it gets; times are the clock's monotonic milliseconds.
 */
export class CpuAccount {
  readonly usage: CpuUsage;
  #request: number;
  #limit: number | undefined;
  readonly #cores: number;
  /** As many as there are cores, by when they are done; the others wait in line, as in any server. */
  readonly #running: WorkItem[] = [];
  readonly #queue: WorkItem[] = [];
  #queuedMs = 0;
  #background = 0;
  #granted = 0;
  /** How much CPU time each running item has had that has been here all the time. */
  #done = 0;
  /** CPU time, in milliseconds, that it may use above its limit before it is held to it: the kernel counts by periods, not by moments. */
  #quota: number;
  #atMs: number;
  #periods = 0;
  #throttledPeriods = 0;
  #throttledMs = 0;

  constructor(requestMillicores: number, limitMillicores: number | undefined, cores: number, nowMs: number) {
    this.#request = requestMillicores;
    this.#limit = limitMillicores;
    this.#cores = cores;
    this.#quota = this.#fullQuota;
    this.#atMs = nowMs;
    this.usage = new CpuUsage(nowMs);
  }

  get demand(): number {
    return this.#background + this.#running.length * MILLICORES_PER_CORE;
  }

  get granted(): number {
    return this.#granted;
  }

  get claim(): CpuClaim {
    const { demand } = this;
    return this.#quota > EPSILON_MS ? { demand, request: this.#request } : { demand, request: this.#request, limit: this.#limit };
  }

  get isLimited(): boolean {
    return this.#limit !== undefined;
  }

  /** How often, of how many periods, and for how long it was held to its limit. */
  get throttling(): { periods: number; throttledPeriods: number; throttledMs: number } {
    const { floor } = Math;
    return { periods: floor(this.#periods), throttledPeriods: floor(this.#throttledPeriods), throttledMs: this.#throttledMs };
  }

  resize(requestMillicores: number, limitMillicores: number | undefined): void {
    this.#request = requestMillicores;
    this.#limit = limitMillicores;
    this.#quota = this.#fullQuota;
  }

  setBackground(millicores: number): void {
    this.#background = millicores;
  }

  grant(millicores: number, nowMs: number): void {
    this.#granted = millicores;
    this.usage.setMillicores(millicores, nowMs);
  }

  add(cpuMs: number): WorkItem {
    const item: WorkItem = { cpuMs, finish: Infinity, resolve: undefined };
    this.#queue.push(item);
    this.#queuedMs += cpuMs;
    this.#startQueued();
    return item;
  }

  /** Whoever wanted it has gone. */
  drop(item: WorkItem): void {
    remove(this.#running, item);
    if (remove(this.#queue, item)) this.#queuedMs -= item.cpuMs;
    this.#startQueued();
  }

  /** Wants nothing any more; answers what it has not done. */
  clear(): WorkItem[] {
    this.#background = 0;
    this.#queuedMs = 0;
    return [...this.#running.splice(0), ...this.#queue.splice(0)];
  }

  /** How long the newest item takes, about, if nothing changes. */
  msUntil(newest: WorkItem): number {
    if (newest.finish !== Infinity) return this.#msUntilDone(newest);
    let leftMs = this.#queuedMs;
    for (const { finish } of this.#running) leftMs += finish - this.#done;
    return leftMs / (this.#speed * this.#running.length);
  }

  /** When something will change by itself: its next item is done, or its quota is used up. */
  get nextChangeInMs(): number {
    const [next] = this.#running;
    const doneInMs = next ? this.#msUntilDone(next) : Infinity;
    const change = this.#quotaChange;
    return Math.min(doneInMs, change < 0 && this.#quota > EPSILON_MS ? this.#quota / -change : Infinity);
  }

  /** Time goes on; answers the items that are done then. */
  passTo(nowMs: number): WorkItem[] {
    const ms = nowMs - this.#atMs;
    this.#atMs = nowMs;
    if (ms <= 0) return this.#takeDone();
    this.#done += ms * this.#speed;
    this.#count(ms);
    this.#quota = Math.min(this.#fullQuota, Math.max(0, this.#quota + ms * this.#quotaChange));
    if (this.#quota < EPSILON_MS) this.#quota = 0;
    return this.#takeDone();
  }

  #takeDone(): WorkItem[] {
    const first = this.#running.findIndex(({ finish }) => finish > this.#done + EPSILON_MS);
    const done = this.#running.splice(0, first === -1 ? this.#running.length : first);
    this.#startQueued();
    return done;
  }

  #startQueued(): void {
    while (this.#running.length < this.#cores) {
      const item = this.#queue.shift();
      if (!item) return;
      this.#queuedMs -= item.cpuMs;
      item.finish = this.#done + item.cpuMs;
      const at = this.#running.findLastIndex(({ finish }) => finish <= item.finish) + 1;
      this.#running.splice(at, 0, item);
    }
  }

  #msUntilDone({ finish }: WorkItem): number {
    return Math.max(0, finish - this.#done) / this.#speed;
  }

  #count(ms: number): void {
    if (this.#limit === undefined || this.demand === 0) return;
    this.#periods += ms / CFS_PERIOD_MS;
    if (this.#quota > EPSILON_MS || this.demand <= this.#limit) return;
    this.#throttledPeriods += ms / CFS_PERIOD_MS;
    this.#throttledMs += ms * (1 - this.#granted / this.demand);
  }

  /** Of each item, in cores: all that the container wants is held back alike. */
  get #speed(): number {
    return this.demand === 0 ? 0 : this.#granted / this.demand;
  }

  /** Per millisecond. It comes back only while the container wants no more than its limit. */
  get #quotaChange(): number {
    if (this.#limit === undefined) return 0;
    const change = (this.#limit - this.#granted) / MILLICORES_PER_CORE;
    return this.demand > this.#limit ? Math.min(0, change) : change;
  }

  get #fullQuota(): number {
    return this.#limit === undefined ? Infinity : (this.#limit / MILLICORES_PER_CORE) * CFS_PERIOD_MS;
  }
}

function remove(items: WorkItem[], item: WorkItem): boolean {
  const at = items.indexOf(item);
  if (at === -1) return false;
  items.splice(at, 1);
  return true;
}

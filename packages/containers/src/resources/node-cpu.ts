import type { Clock, Timer } from '@kubernats/clock';
import { CpuAccount, EPSILON_MS, type WorkItem } from './cpu-account.ts';
import { CpuUsage } from './cpu-usage.ts';
import { type CpuThrottle, shareCpu } from './share-cpu.ts';

/** Work that takes less than this is not waited for: no timer is as fine. It counts all the same. */
const AT_ONCE_MS = 1;

/** The CPU of one node, shared by its containers. Nothing ticks: time is caught up with when something changes, or somebody looks. */
export class NodeCpu {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #throttle: CpuThrottle;
  /** Those that want CPU now. */
  readonly #busy = new Set<CpuAccount>();
  readonly #usage: CpuUsage;
  #atMs: number;
  #waiting = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, capacityMillicores: number, throttle: CpuThrottle) {
    this.#clock = clock;
    this.#capacity = capacityMillicores;
    this.#throttle = throttle;
    this.#atMs = clock.monotonic();
    this.#usage = new CpuUsage(this.#atMs);
  }

  open(requestMillicores: number, limitMillicores: number | undefined): CpuAccount {
    return new CpuAccount(requestMillicores, limitMillicores, Math.ceil(this.#capacity / 1000), this.#catchUp());
  }

  /** The container is gone; who waits for its work, waits for ever. */
  close(account: CpuAccount): void {
    this.#catchUp();
    for (const { resolve } of account.clear()) if (resolve) this.#waiting--;
    account.grant(0, this.#atMs);
    this.#busy.delete(account);
    this.#share();
  }

  /** Another request and limit from now on. */
  resize(account: CpuAccount, requestMillicores: number, limitMillicores: number | undefined): void {
    account.passTo(this.#catchUp());
    account.resize(requestMillicores, limitMillicores);
    this.#share();
  }

  setBackground(account: CpuAccount, millicores: number): void {
    this.#begin(account);
    account.setBackground(millicores);
    this.#share();
  }

  /** Adds work; `onDone` is called when it has been done. Undefined: it is done as good as now. */
  work(account: CpuAccount, cpuMs: number, onDone: () => void): WorkItem | undefined {
    if (cpuMs < AT_ONCE_MS && this.#isFree(account)) {
      for (const usage of [account.usage, this.#usage]) usage.add(cpuMs, this.#atMs);
      return undefined;
    }
    this.#begin(account);
    const item = account.add(cpuMs);
    this.#share();
    if (account.msUntil(item) < AT_ONCE_MS) return undefined;
    item.resolve = onDone;
    this.#waiting++;
    this.#arm();
    return item;
  }

  drop(account: CpuAccount, items: Iterable<WorkItem>): void {
    this.#catchUp();
    for (const item of items) this.#drop(account, item);
    this.#share();
  }

  /** Makes what accounts say true for now; answers the monotonic time. */
  look(): number {
    return this.#catchUp();
  }

  /** CPU time that all containers have had, ever, in milliseconds. */
  usedMs(): number {
    return this.#usage.usedMs(this.#catchUp());
  }

  nanoCores(): number {
    return this.#usage.nanoCores(this.#catchUp());
  }

  /** Nobody wants any CPU now, and nothing limits this one: what it does at one go holds nobody back. The work of most servers is such. */
  #isFree(account: CpuAccount): boolean {
    if (account.isLimited) return false;
    this.#catchUp();
    return this.#busy.size === 0;
  }

  /** An account that was idle catches up with the time, and its quota is full again. */
  #begin(account: CpuAccount): void {
    const nowMs = this.#catchUp();
    if (this.#busy.has(account)) return;
    account.passTo(nowMs);
    this.#busy.add(account);
  }

  #drop(account: CpuAccount, item: WorkItem): void {
    if (item.resolve) this.#waiting--;
    item.resolve = undefined;
    account.drop(item);
  }

  /** Goes from change to change up to now. */
  #catchUp(): number {
    const nowMs = this.#clock.monotonic();
    while (this.#atMs < nowMs && this.#busy.size > 0) {
      this.#atMs = Math.min(nowMs, this.#atMs + this.#nextChangeInMs());
      for (const account of this.#busy) for (const item of account.passTo(this.#atMs)) this.#finished(item);
      this.#share();
    }
    this.#atMs = nowMs;
    return nowMs;
  }

  #finished(item: WorkItem): void {
    if (!item.resolve) return;
    this.#waiting--;
    item.resolve();
  }

  #share(): void {
    for (const account of this.#busy) {
      if (account.demand > 0) continue;
      account.grant(0, this.#atMs);
      this.#busy.delete(account);
    }
    const accounts = [...this.#busy];
    const shares = shareCpu(
      this.#capacity,
      accounts.map(({ claim }) => claim),
      this.#throttle,
    );
    let total = 0;
    for (const [i, account] of accounts.entries()) {
      const share = shares[i] ?? 0;
      account.grant(share, this.#atMs);
      total += share;
    }
    this.#usage.setMillicores(total, this.#atMs);
    this.#arm();
  }

  /** Only while somebody waits: that what nobody waits for is over is found out later. */
  #arm(): void {
    this.#timer?.cancel();
    this.#timer = this.#waiting === 0 ? undefined : this.#clock.setTimer(this.#nextChangeInMs(), () => this.#wake());
  }

  /** Timers may be a little early: then nothing has changed, and it waits on. */
  #wake(): void {
    this.#catchUp();
    this.#arm();
  }

  #nextChangeInMs(): number {
    let inMs = Infinity;
    for (const account of this.#busy) inMs = Math.min(inMs, account.nextChangeInMs);
    return Math.max(inMs, EPSILON_MS);
  }
}

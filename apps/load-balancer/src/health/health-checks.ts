import type { Clock, Timer } from '@kubernats/clock';
import { addressText } from '@kubernats/dataplane';
import type { Address } from '@kubernats/net';
import { judge, type Thresholds, type Verdict } from './verdict.ts';

export interface HealthChecksOptions extends Thresholds {
  clock: Clock;
  /** Time between two checks of one address, in milliseconds. */
  intervalMs: number;
  /** How long an answer may take, in milliseconds. */
  timeoutMs: number;
  /** Asks once. Must not reject. */
  check(address: Address, signal: AbortSignal): Promise<boolean>;
  /** An address has become healthy or unhealthy, of which its owners are told. */
  onChange(owners: Iterable<string>): void;
}

interface Watched {
  address: Address;
  owners: Set<string>;
  verdict: Verdict | undefined;
  /** Resolves with the first check. */
  known: Promise<void>;
  timer: Timer | undefined;
  stop: AbortController;
}

/** Asks addresses again and again whether they are well, each once however many Services want to know. */
export class HealthChecks {
  readonly #options: HealthChecksOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #ofOwner = new Map<string, ReadonlySet<string>>();

  constructor(options: HealthChecksOptions) {
    this.#options = options;
  }

  /** What is not watched, or has not answered yet, is not healthy. */
  isHealthy(address: Address): boolean {
    return this.#watched.get(addressText(address))?.verdict?.healthy ?? false;
  }

  /** How many of the addresses that are watched are healthy, and how many there are. */
  get counts(): { healthy: number; all: number } {
    return { healthy: [...this.#watched.values()].filter(({ verdict }) => verdict?.healthy).length, all: this.#watched.size };
  }

  /** Watches these addresses for the owner, in place of those before. Resolves when each has been asked at least once. */
  async watch(owner: string, addresses: readonly Address[]): Promise<void> {
    const wanted = new Map(addresses.map((address) => [addressText(address), address]));
    for (const key of this.#ofOwner.get(owner) ?? []) if (!wanted.has(key)) this.#leave(owner, key);
    if (wanted.size > 0) this.#ofOwner.set(owner, new Set(wanted.keys()));
    else this.#ofOwner.delete(owner);
    await Promise.all([...wanted].map(([key, address]) => this.#join(owner, key, address)));
  }

  stop(): void {
    for (const owner of [...this.#ofOwner.keys()]) void this.watch(owner, []);
  }

  #join(owner: string, key: string, address: Address): Promise<void> {
    let watched = this.#watched.get(key);
    if (!watched) {
      watched = { address, owners: new Set(), verdict: undefined, known: Promise.resolve(), timer: undefined, stop: new AbortController() };
      this.#watched.set(key, watched);
      watched.known = this.#ask(watched);
    }
    watched.owners.add(owner);
    return watched.known;
  }

  #leave(owner: string, key: string): void {
    const watched = this.#watched.get(key);
    watched?.owners.delete(owner);
    if (!watched || watched.owners.size > 0) return;
    this.#watched.delete(key);
    watched.timer?.cancel();
    watched.stop.abort();
  }

  async #ask(watched: Watched): Promise<void> {
    const { clock, intervalMs, onChange } = this.#options;
    const passed = await this.#passes(watched);
    if (watched.stop.signal.aborted) return;
    const before = watched.verdict;
    watched.verdict = judge(before, passed, this.#options);
    watched.timer = clock.setTimer(intervalMs, () => void this.#ask(watched));
    if (before && before.healthy !== watched.verdict.healthy) onChange(watched.owners);
  }

  async #passes({ address, stop }: Watched): Promise<boolean> {
    const { clock, timeoutMs, check } = this.#options;
    const late = new AbortController();
    const timer = clock.setTimer(timeoutMs, () => late.abort());
    try {
      return await check(address, AbortSignal.any([stop.signal, late.signal]));
    } finally {
      timer.cancel();
    }
  }
}

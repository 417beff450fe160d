import type { Probe } from '@kubernats/api';
import type { Clock, Timer } from '@kubernats/clock';
import { continued, counts, type Streak } from './streak.ts';
import { nextTick, type Ticks } from './ticks.ts';

export interface ProbeLoopParts {
  clock: Clock;
  probe: Probe;
  ticks: Ticks;
  /** When the container of this run started. */
  startedAtMs: number;
  /** Probes once; undefined: it could not find out. */
  probeOnce(signal: AbortSignal): Promise<Streak['result'] | undefined>;
  /** A result has come often enough to count; called each time that it does. */
  verdict(result: Streak['result']): void;
}

/** Runs one probe of one run of a container again and again, until it is stopped. It holds one timer, and nothing between two runs. */
export class ProbeLoop {
  readonly #parts: ProbeLoopParts;
  readonly #stop = new AbortController();
  #timer: Timer | undefined;
  #streak: Streak | undefined;

  constructor(parts: ProbeLoopParts) {
    this.#parts = parts;
  }

  /** Begins: with the next tick, or, `atOnce`, with now, where the initial delay is over and the ticks have begun. */
  start(atOnce: boolean): void {
    const { clock, ticks } = this.#parts;
    const now = clock.now();
    if (!atOnce || now < this.#notBeforeMs) return this.#arm();
    this.#timer = clock.setTimer(Math.max(0, ticks.firstMs - now), () => void this.#run());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#stop.abort(new Error('the probe is over'));
  }

  get #notBeforeMs(): number {
    return this.#parts.startedAtMs + (this.#parts.probe.initialDelaySeconds ?? 0) * 1000;
  }

  #arm(): void {
    const { clock, ticks } = this.#parts;
    const now = clock.now();
    this.#timer = clock.setTimer(nextTick(ticks, now, this.#notBeforeMs) - now, () => void this.#run());
  }

  async #run(): Promise<void> {
    const { probe, probeOnce, verdict } = this.#parts;
    const { signal } = this.#stop;
    const result = await probeOnce(signal);
    if (signal.aborted) return;
    if (result !== undefined) {
      this.#streak = continued(this.#streak, result);
      if (counts(this.#streak, probe)) verdict(result);
    }
    if (!signal.aborted) this.#arm();
  }
}

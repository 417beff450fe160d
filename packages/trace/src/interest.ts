import type { Clock, Timer } from '@kubernats/clock';

/** Which Services are traced, and by whom: known from announcements, and forgotten without them. */
export class Interest {
  readonly #clock: Clock;
  readonly #keepMs: number;
  readonly #forgotten: (service: string) => void;
  /** By Service, until when each tracer is believed to be there. */
  readonly #services = new Map<string, Map<string, number>>();
  #sweep: Timer | undefined;

  /** `forgotten` is told of each Service that the last tracer has left, `keepMs` after its last announcement. */
  constructor(clock: Clock, keepMs: number, forgotten: (service: string) => void) {
    this.#clock = clock;
    this.#keepMs = keepMs;
    this.#forgotten = forgotten;
  }

  has(service: string): boolean {
    return this.#services.has(service);
  }

  /** Takes an announcement; true when it is this tracer's first one for the Service. */
  announced(service: string, tracer: string): boolean {
    let tracers = this.#services.get(service);
    if (!tracers) this.#services.set(service, (tracers = new Map()));
    const isNew = !tracers.has(tracer);
    tracers.set(tracer, this.#clock.monotonic() + this.#keepMs);
    this.#sweep ??= this.#arm();
    return isNew;
  }

  clear(): void {
    this.#sweep?.cancel();
    this.#sweep = undefined;
    this.#services.clear();
  }

  #arm(): Timer {
    return this.#clock.setTimer(this.#keepMs / 2, () => {
      const now = this.#clock.monotonic();
      for (const [service, tracers] of this.#services) {
        for (const [tracer, until] of tracers) if (until <= now) tracers.delete(tracer);
        if (tracers.size > 0) continue;
        this.#services.delete(service);
        this.#forgotten(service);
      }
      this.#sweep = this.#services.size > 0 ? this.#arm() : undefined;
    });
  }
}

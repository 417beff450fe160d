/** A timer that has been set. */
export interface Timer {
  /** Idempotent; a timer that has fired stays fired. */
  cancel(): void;
}

/** Time. Everything outside adapters asks this, so that a test steps it and one seed replays a cluster. */
export interface Clock {
  /** Wall time, in milliseconds since the epoch. */
  now(): number;
  /** Time that never goes back, in milliseconds with a fraction; only differences mean something. */
  monotonic(): number;
  /** Calls `fire` once after `delayMs`. A set timer does not keep the process alive. */
  setTimer(delayMs: number, fire: () => void): Timer;
  /** Resolves after `delayMs`; rejects with the signal's reason when it aborts first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** Randomness that decides nothing secret. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** An integer in [0, bound). */
  int(bound: number): number;
}

/** Names that must not be used twice. */
export interface Ids {
  /** A UUID (version 4 form). */
  uid(): string;
  /** A random suffix of `length` characters of Kubernetes' safe alphabet (no vowels, no 0, 1, 3). */
  suffix(length: number): string;
}

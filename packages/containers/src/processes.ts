import type { SignalName } from './signals.ts';

/** One program that runs in a container, as `ps` and `kill` know it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  /** Its command line; an `exec` of a shell changes it. */
  readonly argv: readonly string[];
  readonly startedAtMs: number;
  /** Delivers a signal that a program of the same container sends. */
  signal(name: SignalName): void;
  /** Writes to its standard output (1) or error (2), as what opens `/proc/<pid>/fd/1` does. */
  write?(fd: 1 | 2, bytes: Uint8Array): Promise<void> | void;
  /** Ends it at once: its container has ended. */
  end?(): void;
}

/** What runs in one container: its own program as process 1, and whatever was started beside it. Container: PID namespace. */
export class Processes {
  readonly #entries = new Map<number, ProcessEntry>();
  #last = 0;

  /** The number of the next process. */
  nextPid(): number {
    return ++this.#last;
  }

  add(entry: ProcessEntry): void {
    this.#entries.set(entry.pid, entry);
  }

  remove(pid: number): void {
    this.#entries.delete(pid);
  }

  get(pid: number): ProcessEntry | undefined {
    return this.#entries.get(pid);
  }

  /** The container has ended: nothing in it goes on. */
  end(): void {
    for (const entry of this.list()) entry.end?.();
    this.#entries.clear();
  }

  /** By number. */
  list(): ProcessEntry[] {
    return [...this.#entries.values()].sort((a, b) => a.pid - b.pid);
  }
}

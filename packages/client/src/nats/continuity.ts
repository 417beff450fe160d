import type { WatchEventHead } from '../wire.ts';

/** What to do with an event: apply it, leave it (the list had it), or list again since something was missed. */
export type Verdict = 'apply' | 'skip' | 'missed';

/**
 * Knows up to which revision a follower has seen everything on one watch. Every event names the one before it, so an event
 * follows without a gap when that one has been seen: in the list or as an event.
 */
export class Continuity {
  readonly #epoch: string;
  #seen: number;

  /** `listedRevision` is that of the list that was read after subscribing. */
  constructor(epoch: string, listedRevision: number) {
    this.#epoch = epoch;
    this.#seen = listedRevision;
  }

  judge(event: WatchEventHead): Verdict {
    if (event.epoch !== this.#epoch) return 'missed';
    if (event.type === 'HEARTBEAT') return event.revision > this.#seen ? 'missed' : 'skip';
    if (event.revision <= this.#seen) return 'skip';
    if (event.previous > this.#seen) return 'missed';
    this.#seen = event.revision;
    return 'apply';
  }
}

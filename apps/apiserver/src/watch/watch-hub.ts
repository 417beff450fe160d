import type { KindRow } from '@kubernats/api';
import type { Clock, Timer } from '@kubernats/clock';
import type { WatchPlan } from '../call.ts';
import type { Place } from '../core.ts';
import type { View } from '../encode/view.ts';
import type { WatchCounters } from '../instrumentation/instrumentation.ts';
import type { WatchMember } from './audience.ts';
import { Laggards } from './laggards.ts';
import { WatchGroup } from './watch-group.ts';

const BOOKMARK_EVERY_MS = 60_000;

/** All watches that are read as a stream of frames. Those that would see the same bytes are one group. */
export class WatchHub {
  readonly laggards = new Laggards();
  readonly #clock: Clock;
  readonly #countersOf: (row: KindRow) => WatchCounters;
  readonly #groups = new Map<string, WatchGroup>();
  #timer: Timer | undefined;

  constructor(clock: Clock, countersOf: (row: KindRow) => WatchCounters) {
    this.#clock = clock;
    this.#countersOf = countersOf;
  }

  /** How many watch. */
  get size(): number {
    let size = 0;
    for (const group of this.#groups.values()) size += group.size;
    return size;
  }

  /** Begins a watch; call the result when the watcher has gone. Everything up to now has been written when this returns. */
  join(place: Place, plan: WatchPlan, view: View, member: WatchMember): () => void {
    const key = `${place.row.group}/${place.row.plural}|${view.key}|${plan.selection.key}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = new WatchGroup(this.#clock, place, plan.selection, view, this.#countersOf(place.row), () => this.#groups.delete(key));
      this.#groups.set(key, group);
    }
    this.#timer ??= this.#tick();
    return group.join(plan, member);
  }

  close(): void {
    this.#timer?.cancel();
    for (const group of [...this.#groups.values()]) group.close();
  }

  #tick(): Timer {
    return this.#clock.setTimer(BOOKMARK_EVERY_MS, () => {
      for (const group of this.#groups.values()) group.bookmark();
      this.#timer = this.#groups.size > 0 ? this.#tick() : undefined;
    });
  }
}

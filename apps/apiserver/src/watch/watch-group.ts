import type { Buffer } from 'node:buffer';
import type { Clock, Timer } from '@kubernats/clock';
import { internalError, StatusError } from '@kubernats/errors';
import type { Selection } from '../cache/selection.ts';
import type { Stored } from '../cache/stored.ts';
import type { ChangeType } from '../cache/watch-dispatch.ts';
import type { WatchPlan } from '../call.ts';
import { type Subscription, subscribeConverted } from '../conversion/subscribe-converted.ts';
import type { Place } from '../core.ts';
import type { View } from '../encode/view.ts';
import type { WatchCounters } from '../instrumentation/instrumentation.ts';
import { Audience, type Listener, type WatchMember } from './audience.ts';
import { Backlog } from './backlog.ts';
import { ConvertedBacklog } from './converted-backlog.ts';
import { errorFrame, frame } from './frame.ts';

interface Seat extends Listener {
  bookmarks: boolean;
  timer: Timer;
  /** It has everything up to there. */
  after: number;
}

/** Watchers that see the same bytes: a change is selected and framed once, and the members share the buffer. */
export class WatchGroup {
  readonly #clock: Clock;
  readonly #place: Place;
  readonly #selection: Selection;
  readonly #view: View;
  readonly #counters: WatchCounters;
  readonly #onEmpty: () => void;
  readonly #seats: Audience<Seat>;
  readonly #subscription: Subscription;

  constructor(clock: Clock, place: Place, selection: Selection, view: View, counters: WatchCounters, onEmpty: () => void) {
    this.#clock = clock;
    this.#place = place;
    this.#selection = selection;
    this.#view = view;
    this.#counters = counters;
    this.#onEmpty = onEmpty;
    this.#seats = new Audience(clock, (events, watchers) => counters.sent(events, watchers));
    this.#subscription = subscribeConverted(place, selection, {
      change: (type, stored, { revision }) => this.#change(type, stored, revision),
      lost: (error) => this.#lost(error),
    });
  }

  get size(): number {
    return this.#seats.size;
  }

  join(plan: WatchPlan, member: WatchMember): () => void {
    const { stream } = this.#place;
    const seat: Seat = {
      member,
      bookmarks: plan.bookmarks,
      isLive: false,
      after: 0,
      timer: this.#clock.setTimer(plan.timeoutMs, () => {
        if (!this.#seats.has(seat)) return;
        this.#seats.flushFor(seat);
        if (seat.bookmarks && seat.isLive && this.#subscription.isIdle)
          member.write(frame('BOOKMARK', this.#view.bookmark(stream.revision, false)));
        this.#leave(seat);
        member.end();
      }),
    };
    this.#seats.add(seat);
    const [place, selection, view] = [this.#place, this.#selection, this.#view];
    if (place.conversion) void this.#catchUpConverted(seat, new ConvertedBacklog(place, place.conversion, selection, view, plan));
    else this.#catchUp(seat, new Backlog(place, selection, view, plan));
    return () => this.#leave(seat);
  }

  /** Gives a member what it misses, as fast as it takes it, until it misses nothing. */
  #catchUp(seat: Seat, backlog: Backlog): void {
    const { member } = seat;
    while (this.#seats.has(seat)) {
      // What waits to be told to all is in the backlog, too.
      this.#seats.flushFor(seat);
      const piece = backlog.next();
      if (!piece) {
        seat.isLive = true;
        return;
      }
      member.write(piece.frames);
      this.#counters.sent(piece.events, 1);
      if (backlog.isLost) {
        this.#leave(seat);
        return member.end();
      }
      if (member.room) return void member.room.then(() => this.#catchUp(seat, backlog));
    }
  }

  /** As `#catchUp`, of objects that a webhook converts. */
  async #catchUpConverted(seat: Seat, backlog: ConvertedBacklog): Promise<void> {
    const { member } = seat;
    try {
      do {
        for await (const frames of backlog.pieces()) {
          if (!this.#seats.has(seat)) return;
          if (frames.length > 0) member.write(frames);
          await member.room;
        }
      } while (!backlog.isComplete);
      seat.after = backlog.revision;
      seat.isLive = true;
    } catch (error) {
      if (!this.#seats.has(seat)) return;
      member.write(errorFrame(error instanceof StatusError ? error : internalError(error)));
      this.#leave(seat);
      member.end();
    }
  }

  bookmark(): void {
    // What has not been converted yet would come after it.
    if (!this.#subscription.isIdle) return;
    this.#seats.flush();
    let bytes: Buffer | undefined;
    for (const { bookmarks, isLive, member } of this.#seats) {
      if (bookmarks && isLive) member.write((bytes ??= frame('BOOKMARK', this.#view.bookmark(this.#place.stream.revision, false))));
    }
  }

  close(): void {
    this.#seats.flush();
    this.#subscription.end();
    this.#onEmpty();
    for (const { member, timer } of this.#seats) {
      timer.cancel();
      member.end();
    }
    this.#seats.clear();
  }

  #leave(seat: Seat): void {
    seat.timer.cancel();
    if (!this.#seats.delete(seat) || this.#seats.size > 0) return;
    this.#subscription.end();
    this.#onEmpty();
  }

  #change(type: ChangeType, stored: Stored, revision: number): void {
    const bytes = frame(type, this.#view.one(stored));
    this.#counters.made(bytes.length);
    if (this.#place.conversion) return this.#tell(bytes, revision);
    this.#seats.tell(bytes);
  }

  /** To those that have not had it with what they began with: a change that has waited for its conversion may be older than that. */
  #tell(bytes: Buffer, revision: number): void {
    let watchers = 0;
    for (const { isLive, after, member } of this.#seats) {
      if (!isLive || revision <= after) continue;
      member.write(bytes);
      watchers++;
    }
    this.#counters.sent(1, watchers);
  }

  #lost(error: StatusError | undefined): void {
    if (error) this.#seats.tell(errorFrame(error));
    this.close();
  }
}

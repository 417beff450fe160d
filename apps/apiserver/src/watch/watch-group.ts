import { Buffer } from 'node:buffer';
import type { Clock, Timer } from '@kubernats/clock';
import { expired, type StatusError } from '@kubernats/errors';
import type { Selection } from '../cache/selection.ts';
import type { Stored } from '../cache/stored.ts';
import { type ChangeType, selected } from '../cache/watch-dispatch.ts';
import type { WatchPlan } from '../call.ts';
import type { Place } from '../core.ts';
import type { View } from '../encode/view.ts';

/** One connection that watches. Its methods must not throw. */
export interface WatchMember {
  /** Takes frames. A member that cannot keep up cuts itself off. */
  write(frames: Buffer): void;
  end(): void;
}

interface Seat {
  member: WatchMember;
  bookmarks: boolean;
  timer: Timer;
}

/** With more members than this, frames are gathered for a moment: each write to each connection costs, however small. */
const FEW = 8;
const GATHER_MS = 25;

/**
 * Watchers that see the same bytes. A change is selected, framed and joined with its neighbours once; the members share the buffer. An
 * event that comes alone goes out at once.
 */
export class WatchGroup {
  readonly #clock: Clock;
  readonly #place: Place;
  readonly #selection: Selection;
  readonly #view: View;
  readonly #onEmpty: () => void;
  readonly #seats = new Set<Seat>();
  readonly #unsubscribe: () => void;
  #pending: Buffer[] = [];
  #flushQueued = false;
  #gathering = false;

  constructor(clock: Clock, place: Place, selection: Selection, view: View, onEmpty: () => void) {
    this.#clock = clock;
    this.#place = place;
    this.#selection = selection;
    this.#view = view;
    this.#onEmpty = onEmpty;
    this.#unsubscribe = place.cache.watches.subscribe(selection, {
      change: (type, stored) => this.#change(type, stored),
      lost: (error) => this.#lost(error),
    });
  }

  get size(): number {
    return this.#seats.size;
  }

  join(plan: WatchPlan, member: WatchMember): () => void {
    this.#flush();
    const { cache, stream } = this.#place;
    const isTooOld = plan.after !== undefined && plan.after < cache.floor;
    if (isTooOld || !stream.isReady) {
      member.write(errorFrame(expired(`too old resource version: ${plan.after ?? 0} (${cache.floor})`)));
      member.end();
      if (this.#seats.size === 0) this.close();
      return () => {};
    }
    const backlog = plan.after === undefined ? this.#everything() : this.#since(plan.after);
    if (plan.initialEventsEnd) backlog.push(frame('BOOKMARK', this.#view.bookmark(stream.revision, true)));
    if (backlog.length > 0) member.write(backlog.length === 1 ? (backlog[0] as Buffer) : Buffer.concat(backlog));
    const seat: Seat = {
      member,
      bookmarks: plan.bookmarks,
      timer: this.#clock.setTimer(plan.timeoutMs, () => {
        if (!this.#seats.has(seat)) return;
        this.#flush();
        if (seat.bookmarks) member.write(frame('BOOKMARK', this.#view.bookmark(stream.revision, false)));
        this.#leave(seat);
        member.end();
      }),
    };
    this.#seats.add(seat);
    return () => this.#leave(seat);
  }

  bookmark(): void {
    this.#flush();
    let bytes: Buffer | undefined;
    for (const { bookmarks, member } of this.#seats) {
      if (bookmarks) member.write((bytes ??= frame('BOOKMARK', this.#view.bookmark(this.#place.stream.revision, false))));
    }
  }

  close(): void {
    this.#flush();
    this.#unsubscribe();
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
    this.#unsubscribe();
    this.#onEmpty();
  }

  #everything(): Buffer[] {
    const frames: Buffer[] = [];
    const { namespace, indexed } = this.#selection;
    if (indexed !== undefined) {
      for (const stored of this.#place.cache.withField(indexed)) {
        if (this.#selection.matches(stored)) frames.push(frame('ADDED', this.#view.one(stored)));
      }
      return frames;
    }
    this.#place.cache.snapshot().scan(namespace === undefined ? '' : `${namespace}/`, '', (stored) => {
      if (this.#selection.matches(stored)) frames.push(frame('ADDED', this.#view.one(stored)));
      return true;
    });
    return frames;
  }

  #since(revision: number): Buffer[] {
    const frames: Buffer[] = [];
    for (const event of this.#place.cache.eventsAfter(revision)) {
      const seen = selected(this.#selection, event);
      if (seen) frames.push(frame(seen.type, this.#view.one(seen.stored)));
    }
    return frames;
  }

  #change(type: ChangeType, stored: Stored): void {
    this.#pending.push(frame(type, this.#view.one(stored)));
    if (this.#flushQueued || this.#gathering) return;
    this.#flushQueued = true;
    queueMicrotask(() => {
      this.#flushQueued = false;
      this.#flush();
      if (this.#seats.size > FEW) this.#gather();
    });
  }

  #gather(): void {
    this.#gathering = true;
    this.#clock.setTimer(GATHER_MS, () => {
      this.#gathering = false;
      if (this.#pending.length === 0) return;
      this.#flush();
      this.#gather();
    });
  }

  #flush(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    const frames = pending.length === 1 ? (pending[0] as Buffer) : Buffer.concat(pending);
    for (const { member } of this.#seats) member.write(frames);
  }

  #lost(error: StatusError | undefined): void {
    if (error) this.#pending.push(errorFrame(error));
    this.close();
  }
}

const errorFrame = (error: StatusError): Buffer => frame('ERROR', Buffer.from(JSON.stringify(error.toStatus())));

function frame(type: ChangeType | 'BOOKMARK' | 'ERROR', object: Buffer): Buffer {
  const head = `{"type":"${type}","object":`;
  const bytes = Buffer.allocUnsafe(head.length + object.length + 2);
  bytes.write(head, 0, 'latin1');
  object.copy(bytes, head.length);
  bytes.write('}\n', head.length + object.length, 'latin1');
  return bytes;
}

import { Buffer } from 'node:buffer';
import { expired } from '@kubernats/errors';
import type { Selection } from '../cache/selection.ts';
import type { Stored } from '../cache/stored.ts';
import { selected } from '../cache/watch-dispatch.ts';
import type { WatchPlan } from '../call.ts';
import type { Place } from '../core.ts';
import type { View } from '../encode/view.ts';
import { errorFrame, frame } from './frame.ts';

/** About how much is given at once. */
const PIECE_BYTES = 256 * 1024;
const NOTHING: Iterator<Buffer> = [][Symbol.iterator]();

/** A part of what a watch begins with. */
export interface Piece {
  frames: Buffer;
  events: number;
}

/**
 * What a watch begins with: the objects as they are, if it asks for them, and what has happened since. It is made piece by piece, so that a slow
 * reader of many objects costs next to no memory: it has the objects in common with the cache, and what happens meanwhile is in the cache's ring.
 */
export class Backlog {
  readonly #place: Place;
  readonly #selection: Selection;
  readonly #view: View;
  readonly #objects: Iterator<Buffer>;
  /** The events up to there have been given. */
  #revision: number;
  #isLost = false;

  constructor(place: Place, selection: Selection, view: View, plan: Pick<WatchPlan, 'after' | 'initialEventsEnd'>) {
    this.#place = place;
    this.#selection = selection;
    this.#view = view;
    this.#revision = plan.after ?? place.stream.revision;
    this.#objects = plan.after === undefined ? this.#begin(this.#current(), plan.initialEventsEnd) : NOTHING;
  }

  /** What follows is not known any more; the last piece has said so. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** The next piece; undefined: nothing is missing, up to this moment. */
  next(): Piece | undefined {
    const frames: Buffer[] = [];
    let bytes = 0;
    for (let each = this.#objects.next(); !each.done; each = this.#objects.next()) {
      frames.push(each.value);
      bytes += each.value.length;
      if (bytes >= PIECE_BYTES) return { frames: Buffer.concat(frames, bytes), events: frames.length };
    }
    frames.push(...this.#events());
    const [first] = frames;
    return first && { frames: frames.length > 1 ? Buffer.concat(frames) : first, events: frames.length };
  }

  *#begin(objects: readonly Stored[], initialEventsEnd: boolean): Generator<Buffer> {
    const bookmark = initialEventsEnd ? [frame('BOOKMARK', this.#view.bookmark(this.#revision, true))] : [];
    for (const stored of objects) yield frame('ADDED', this.#view.one(stored));
    yield* bookmark;
  }

  #current(): Stored[] {
    const { cache } = this.#place;
    const { namespace, indexed } = this.#selection;
    if (indexed !== undefined) return [...cache.withField(indexed)].filter((stored) => this.#selection.matches(stored));
    const objects: Stored[] = [];
    cache.snapshot().scan(namespace === undefined ? '' : `${namespace}/`, '', (stored) => {
      if (this.#selection.matches(stored)) objects.push(stored);
      return true;
    });
    return objects;
  }

  #events(): Buffer[] {
    const { cache, stream } = this.#place;
    if (this.#revision < cache.floor || !stream.isReady) {
      this.#isLost = true;
      return [errorFrame(expired(`too old resource version: ${this.#revision} (${cache.floor})`))];
    }
    const frames: Buffer[] = [];
    for (const event of cache.eventsAfter(this.#revision)) {
      const seen = selected(this.#selection, event);
      if (seen) frames.push(frame(seen.type, this.#view.one(seen.stored)));
    }
    this.#revision = stream.revision;
    return frames;
  }
}

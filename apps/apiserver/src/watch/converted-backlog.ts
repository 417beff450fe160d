import { Buffer } from 'node:buffer';
import { expired } from '@kubernats/errors';
import type { Selection } from '../cache/selection.ts';
import type { Stored } from '../cache/stored.ts';
import type { WatchPlan } from '../call.ts';
import type { RowConversion } from '../conversion/row-conversion.ts';
import { seenBy } from '../conversion/subscribe-converted.ts';
import type { Place } from '../core.ts';
import type { View } from '../encode/view.ts';
import { frame } from './frame.ts';

/** How many objects are converted and given at once. */
const PIECE = 250;

/** What a watch of objects that a webhook converts begins with, piece by piece: as `Backlog`, with waiting for the webhook. */
export class ConvertedBacklog {
  readonly #place: Place;
  readonly #conversion: RowConversion;
  readonly #selection: Selection;
  readonly #view: View;
  readonly #plan: Pick<WatchPlan, 'after' | 'initialEventsEnd'>;
  #revision: number;
  #isBegun = false;

  constructor(
    place: Place,
    conversion: RowConversion,
    selection: Selection,
    view: View,
    plan: Pick<WatchPlan, 'after' | 'initialEventsEnd'>,
  ) {
    this.#place = place;
    this.#conversion = conversion;
    this.#selection = selection;
    this.#view = view;
    this.#plan = plan;
    this.#revision = plan.after ?? place.stream.revision;
  }

  /** Everything up to there has been given. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether nothing is missing, at this moment. */
  get isComplete(): boolean {
    return this.#place.cache.floor <= this.#revision && this.#place.cache.eventsAfter(this.#revision).length === 0;
  }

  /** Throws Expired when what has happened since is forgotten, and a StatusError when the webhook fails. */
  async *pieces(): AsyncGenerator<Buffer> {
    if (this.#plan.after === undefined && !this.#isBegun) yield* this.#objects();
    this.#isBegun = true;
    while (!this.isComplete) yield await this.#events();
  }

  async *#objects(): AsyncGenerator<Buffer> {
    const { namespace, coarse = this.#selection } = this.#selection;
    const all: Stored[] = [];
    const begun = this.#place.stream.revision;
    this.#revision = begun;
    this.#place.cache.snapshot().scan(namespace === undefined ? '' : `${namespace}/`, '', (stored) => {
      if (coarse.matches(stored)) all.push(stored);
      return true;
    });
    for (let at = 0; at < all.length; at += PIECE) {
      const some = all.slice(at, at + PIECE);
      await this.#conversion.prepare(some.map(({ object }) => object));
      const shown = some.filter((stored) => this.#selection.matches(stored));
      yield Buffer.concat(shown.map((stored) => frame('ADDED', this.#view.one(stored))));
    }
    if (this.#plan.initialEventsEnd) yield frame('BOOKMARK', this.#view.bookmark(begun, true));
  }

  async #events(): Promise<Buffer> {
    const { cache, stream } = this.#place;
    if (this.#revision < cache.floor || !stream.isReady) throw expired(`too old resource version: ${this.#revision} (${cache.floor})`);
    const until = stream.revision;
    const seen = await seenBy(this.#selection, cache.eventsAfter(this.#revision), this.#conversion);
    this.#revision = until;
    return Buffer.concat(seen.map(({ type, stored }) => frame(type, this.#view.one(stored))));
  }
}

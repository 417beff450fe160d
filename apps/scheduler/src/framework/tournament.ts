/**
 * The best of many that change one by one: a change costs as many comparisons as there are rounds. Each is known by its place.
 */
export class Tournament {
  readonly #size: number;
  /** The places that won, round by round: the first is the winner of all, the last half are the places themselves; -1: nobody. */
  readonly #winners: Int32Array;
  readonly #beats: (a: number, b: number) => boolean;

  /** `beats`: whether the first is better than the second; a place that does not take part beats nobody, and is beaten by all that do. */
  constructor(count: number, takesPart: (place: number) => boolean, beats: (a: number, b: number) => boolean) {
    this.#beats = beats;
    this.#size = 1 << Math.ceil(Math.log2(Math.max(1, count)));
    this.#winners = new Int32Array(2 * this.#size).fill(-1);
    for (let place = 0; place < count; place++) if (takesPart(place)) this.#winners[this.#size + place] = place;
    for (let match = this.#size - 1; match > 0; match--) this.#play(match);
  }

  /** -1: nobody takes part. */
  get winner(): number {
    return this.#winners[1] ?? -1;
  }

  /** What `beats` says of the place has changed. */
  changed(place: number, takesPart: boolean): void {
    this.#winners[this.#size + place] = takesPart ? place : -1;
    for (let match = (this.#size + place) >> 1; match > 0; match >>= 1) this.#play(match);
  }

  #play(match: number): void {
    const a = this.#winners[2 * match] ?? -1;
    const b = this.#winners[2 * match + 1] ?? -1;
    this.#winners[match] = b < 0 || (a >= 0 && !this.#beats(b, a)) ? a : b;
  }
}

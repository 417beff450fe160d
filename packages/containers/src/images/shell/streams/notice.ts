/** Something that several may wait for, again and again. Nobody who waits loses anything: whoever is told looks again. */
export class Notice {
  #waiting: { promise: Promise<void>; resolve: () => void } | undefined;

  /** Settles when it is told of the next time. */
  next(): Promise<void> {
    this.#waiting ??= Promise.withResolvers<void>();
    return this.#waiting.promise;
  }

  tell(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve();
  }
}

/** Whether a node keeps silent; who has something to say waits until that is over. */
export class Silence {
  #over: PromiseWithResolvers<void> | undefined;

  get isKept(): boolean {
    return this.#over !== undefined;
  }

  begin(): void {
    this.#over ??= Promise.withResolvers();
  }

  end(): void {
    this.#over?.resolve();
    this.#over = undefined;
  }

  /** Resolves when nobody has to keep silent. */
  async untilOver(): Promise<void> {
    while (this.#over) await this.#over.promise;
  }
}

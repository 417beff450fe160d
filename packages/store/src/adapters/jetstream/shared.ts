/**
 * One question for all who ask at the same time. Who asks while a question is under way waits for the next one, as the answer
 * of the present one may be older than the asking. A question is put at the end of a turn of the event loop, for all who ask within it.
 */
export class Shared<T> {
  readonly #ask: () => Promise<T>;
  #underWay: Promise<unknown> | undefined;
  #next: Promise<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  get(): Promise<T> {
    this.#next ??= this.#begin();
    return this.#next;
  }

  async #begin(): Promise<T> {
    await this.#underWay;
    await new Promise((resolve) => setImmediate(resolve));
    this.#next = undefined;
    const answer = this.#ask();
    this.#underWay = answer.catch(() => {});
    return answer;
  }
}

/** What a program says of itself on `/readyz`: ready, or what it waits for. */
export class Readiness {
  #ready = false;
  #waitingFor: () => readonly string[] = () => ['start'];
  readonly #onReady: () => void;

  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  get isReady(): boolean {
    return this.#ready;
  }

  /** The first call counts. */
  ready(): void {
    if (this.#ready) return;
    this.#ready = true;
    this.#onReady();
  }

  /** Says what is being waited for until `ready` is called. */
  waitFor(describe: () => readonly string[]): void {
    this.#waitingFor = describe;
  }

  get waitingFor(): readonly string[] {
    return this.#ready ? [] : this.#waitingFor();
  }
}

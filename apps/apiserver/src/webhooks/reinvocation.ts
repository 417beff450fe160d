import { copyJson, deepEqual } from '@kubernats/apimachinery';

/** One of the two times that a draft may be looked at. */
export interface Round {
  reinvocation: Reinvocation;
  isSecond: boolean;
}

/**
 * Which mutating webhooks, or policies, are asked a second time about one request. Source: "Reinvocation policy" of Dynamic Admission Control: when one
 * has changed the object, the built-in plug-ins run again, and of those before it the ones that want to.
 */
export class Reinvocation {
  /** What they left behind the last time. */
  #output: unknown;
  /** Those that want to hear of changes after them. */
  #asked = new Set<string>();
  readonly #wanted = new Set<string>();

  /** Others have had the object in between: who was asked before is asked again if they changed it. */
  beginAgain(object: unknown): void {
    if (!deepEqual(this.#output, object)) this.changed();
  }

  end(object: unknown): void {
    this.#output = copyJson(object);
  }

  isWanted(id: string): boolean {
    return this.#wanted.has(id);
  }

  wasAsked(id: string): void {
    this.#asked.add(id);
  }

  changed(): void {
    for (const id of this.#asked) this.#wanted.add(id);
    this.#asked = new Set();
  }
}

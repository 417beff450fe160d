import { copyJson, deepEqual } from '@kubernats/apimachinery';

/**
 * Which mutating webhooks are asked a second time about one request. Source: "Reinvocation policy" of Dynamic Admission Control: when a
 * webhook has changed the object, the built-in plug-ins run again, and of the webhooks before it those that want to.
 */
export class Reinvocation {
  /** What the webhooks left behind the last time. */
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

  isWanted(hookId: string): boolean {
    return this.#wanted.has(hookId);
  }

  wasAsked(hookId: string): void {
    this.#asked.add(hookId);
  }

  changed(): void {
    for (const id of this.#asked) this.#wanted.add(id);
    this.#asked = new Set();
  }
}

import type { Gate } from '../pod/gate.ts';

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

  /** A gate that opens when nobody has to keep silent: what a silent node has to say of its Pods waits. */
  before(gate: Pick<Gate, 'through'>): Pick<Gate, 'through'> {
    return {
      through: async (work) => {
        await this.untilOver();
        return gate.through(work);
      },
    };
  }
}

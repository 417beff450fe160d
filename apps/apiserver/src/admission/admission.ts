import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import type { Core } from '../core.ts';

/**
 * One thing that the server itself sees to when something is written. `draft` is the new state (undefined: a deletion), `old` the one that is
 * there (undefined: a creation). Throws a StatusError to refuse. Source: "Admission Control in Kubernetes".
 */
export interface AdmissionPlugin {
  name: string;
  /** Completes the draft, before it is validated. */
  mutate?(core: Core, call: Call, draft: Held, old: Held | undefined): void | Promise<void>;
  /** Looks at the final draft. What it gives is called once the write is done, or has failed. */
  validate?(core: Core, call: Call, draft: Held | undefined, old: Held | undefined): void | Promise<Afterwards | void>;
}

/** Whether the object was written. */
export type Afterwards = (written: boolean) => void;

/** The plug-ins that are on, in their order. */
export class Admission {
  readonly #mutating: readonly AdmissionPlugin[];
  readonly #validating: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#mutating = plugins.filter(({ mutate }) => mutate);
    this.#validating = plugins.filter(({ validate }) => validate);
  }

  async mutate(core: Core, call: Call, draft: Held, old: Held | undefined): Promise<void> {
    for (const plugin of this.#mutating) {
      const waits = plugin.mutate?.(core, call, draft, old);
      if (waits) await waits;
    }
  }

  /** What it gives is to be called once the write is done, or has failed; when a plug-in refuses, those before it have been told. */
  async validate(core: Core, call: Call, draft: Held | undefined, old: Held | undefined): Promise<Afterwards> {
    const told: Afterwards[] = [];
    const afterwards: Afterwards = (written) => {
      for (const tell of told) tell(written);
    };
    try {
      for (const plugin of this.#validating) {
        const waits = plugin.validate?.(core, call, draft, old);
        const wants = waits && (await waits);
        if (wants) told.push(wants);
      }
    } catch (error) {
      afterwards(false);
      throw error;
    }
    return afterwards;
  }
}

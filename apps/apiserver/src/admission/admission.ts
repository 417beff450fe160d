import type { KubeObject } from '@kubernats/api';
import type { Held } from '../cache/stored.ts';
import type { Call } from '../call.ts';
import type { Core } from '../core.ts';
import type { Asked } from '../webhooks/attributes.ts';
import { Reinvocation, type Round } from '../webhooks/reinvocation.ts';

/**
 * One thing that the server itself sees to when something is written. `draft` is the new state (undefined: a deletion), `old` the one that is
 * there (undefined: a creation). Throws a StatusError to refuse. Source: "Admission Control in Kubernetes".
 */
export interface AdmissionPlugin {
  name: string;
  /** Whether it may have anything to do with a call, by its kind; absent: it always may. Where not, it is neither asked nor measured. */
  concerns?(core: Core, call: Call): boolean;
  /** Completes the draft, before it is validated. Where policies or webhooks have changed it, a second time. */
  mutate?(core: Core, call: Call, draft: Held, old: Held | undefined, rounds: Rounds): void | Promise<void>;
  /** Looks at the final draft. What it gives is called once the write is done, or has failed. */
  validate?(core: Core, call: Call, draft: Held | undefined, old: Held | undefined): void | Promise<Afterwards | void>;
  /** Looks at what a subresource is asked with that is no object of the kind; it may put another object in its place. */
  review?(core: Core, call: Call, asked: Asked): void | Promise<void>;
}

/** Of one draft: what policies and webhooks have changed is for the built-in plug-ins to see again, once. */
export class Rounds {
  isSecond = false;
  isChanged = false;
  #webhooks: Reinvocation | undefined;
  #policies: Reinvocation | undefined;

  /** Which webhooks are asked in the second round. */
  get webhooks(): Round {
    return { isSecond: this.isSecond, reinvocation: (this.#webhooks ??= new Reinvocation()) };
  }

  get policies(): Round {
    return { isSecond: this.isSecond, reinvocation: (this.#policies ??= new Reinvocation()) };
  }

  changed(): void {
    this.isChanged = true;
  }
}

/** Whether the object was written. */
export type Afterwards = (written: boolean) => void;

/** The plug-ins that are on, in their order. */
export class Admission {
  readonly #mutating: readonly AdmissionPlugin[];
  readonly #validating: readonly AdmissionPlugin[];
  readonly #reviewing: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#mutating = plugins.filter(({ mutate }) => mutate);
    this.#validating = plugins.filter(({ validate }) => validate);
    this.#reviewing = plugins.filter(({ review }) => review);
  }

  /** Whether policies or webhooks have changed the draft. */
  async mutate(core: Core, call: Call, draft: Held, old: Held | undefined): Promise<boolean> {
    const rounds = new Rounds();
    await this.#mutateOnce(core, call, draft, old, rounds);
    if (!rounds.isChanged) return false;
    rounds.isSecond = true;
    await this.#mutateOnce(core, call, draft, old, rounds);
    return true;
  }

  async #mutateOnce(core: Core, call: Call, draft: Held, old: Held | undefined, rounds: Rounds): Promise<void> {
    for (const plugin of this.#mutating) {
      if (plugin.concerns?.(core, call) === false) continue;
      const waits = plugin.mutate?.(core, call, draft, old, rounds);
      if (waits) await waits;
    }
  }

  /** What is left of what a subresource is asked with: policies and webhooks may have changed it. */
  async review<T extends KubeObject>(core: Core, call: Call, asked: Asked & { object: T }): Promise<T> {
    for (const plugin of this.#reviewing) {
      if (plugin.concerns?.(core, call) === false) continue;
      const waits = plugin.review?.(core, call, asked);
      if (waits) await waits;
    }
    return asked.object;
  }

  /** What it gives is to be called once the write is done, or has failed; when a plug-in refuses, those before it have been told. */
  async validate(core: Core, call: Call, draft: Held | undefined, old: Held | undefined): Promise<Afterwards> {
    const told: Afterwards[] = [];
    const afterwards: Afterwards = (written) => {
      for (const tell of told) tell(written);
    };
    try {
      for (const plugin of this.#validating) {
        if (plugin.concerns?.(core, call) === false) continue;
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

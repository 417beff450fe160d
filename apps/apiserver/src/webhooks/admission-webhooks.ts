import type { KindRow } from '@kubernats/api';
import type { ResourceCache } from '../cache/resource-cache.ts';
import { askMutating, askValidating, type WebhooksDeps } from './ask-webhooks.ts';
import type { Attributes } from './attributes.ts';
import type { Hook } from './hook.ts';
import { HookIndex } from './hook-index.ts';
import { Reinvocation, type Round } from './reinvocation.ts';

/** The webhooks of admission: which there are for a resource, and what they say. Source: "Dynamic Admission Control". */
export class AdmissionWebhooks {
  readonly #mutating: HookIndex;
  readonly #validating: HookIndex;
  readonly #deps: WebhooksDeps;

  /** `configurations`: where they are kept. */
  constructor(deps: WebhooksDeps, configurations: { mutating: ResourceCache; validating: ResourceCache }) {
    this.#deps = deps;
    this.#mutating = new HookIndex(configurations.mutating, deps.kinds);
    this.#validating = new HookIndex(configurations.validating, deps.kinds);
  }

  /** Those that may want to hear of a write to the resource: mostly none, and then there is nothing else to do. */
  mutatingOf(row: KindRow): readonly Hook[] {
    return this.#mutating.of(row);
  }

  validatingOf(row: KindRow): readonly Hook[] {
    return this.#validating.of(row);
  }

  /** Whether they have changed the object of the attributes. Throws what refuses the request. */
  mutate(
    attributes: Attributes,
    hooks: readonly Hook[],
    round: Round = { reinvocation: new Reinvocation(), isSecond: false },
  ): Promise<boolean> {
    return askMutating(this.#deps, attributes, hooks, round);
  }

  validate(attributes: Attributes, hooks: readonly Hook[]): Promise<void> {
    return askValidating(this.#deps, attributes, hooks);
  }
}

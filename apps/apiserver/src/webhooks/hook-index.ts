import type { KindRow, KindTable, MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '@kubernats/api';
import type { ResourceCache } from '../cache/resource-cache.ts';
import { type Configured, type Hook, hooksOf } from './hook.ts';
import { ruleConcerns } from './rule-matches.ts';

/** Kinds that no webhook is asked about: a webhook could not be taken away otherwise that is in the way. */
const EXEMPT = new Set([
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
]);

const NONE: readonly Hook[] = [];

/**
 * The webhooks of all configurations of a kind, by the resource that they concern: worked out when it is first asked for after a change, so that
 * a request looks at none that is about something else.
 */
export class HookIndex {
  readonly #kinds: KindTable;
  readonly #byConfiguration = new Map<string, readonly Hook[]>();
  #sorted: readonly Hook[] | undefined;
  #byRow = new Map<KindRow, readonly Hook[]>();

  constructor(cache: ResourceCache, kinds: KindTable) {
    this.#kinds = kinds;
    kinds.observe(() => {
      this.#byRow = new Map();
    });
    cache.observe((now, before) => {
      if (now) this.#byConfiguration.set(now.name, hooksOf(now.name, webhooksOf(now.object)));
      else if (before) this.#byConfiguration.delete(before.name);
      this.#sorted = undefined;
      this.#byRow = new Map();
    });
  }

  /** Those that may want to hear of a request for the resource: by the names of their configurations, then in the order that these have. */
  of(row: KindRow): readonly Hook[] {
    if (this.#byConfiguration.size === 0) return NONE;
    let hooks = this.#byRow.get(row);
    if (!hooks) this.#byRow.set(row, (hooks = this.#find(row)));
    return hooks;
  }

  #find(row: KindRow): readonly Hook[] {
    if (row.group === 'admissionregistration.k8s.io' && EXEMPT.has(row.kind)) return NONE;
    this.#sorted ??= [...this.#byConfiguration].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, hooks]) => hooks);
    const others = this.#kinds.equivalents(row);
    return this.#sorted.filter(({ rules, isEquivalent }) =>
      rules.some((rule) => ruleConcerns(rule, row) || (isEquivalent && others.some((other) => ruleConcerns(rule, other)))),
    );
  }
}

const webhooksOf = ({ webhooks = [] }: MutatingWebhookConfiguration | ValidatingWebhookConfiguration): readonly Configured[] => webhooks;

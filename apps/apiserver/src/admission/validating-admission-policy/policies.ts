import type { KindRow, KindTable, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '@kubernats/api';
import { type AdmissionPolicy, compileAdmissionPolicy } from '@kubernats/cel';
import type { ResourceCache } from '../../cache/resource-cache.ts';
import { type Matcher, matcherOf, mayConcern } from './match-resources.ts';

export interface Binding {
  name: string;
  spec: NonNullable<ValidatingAdmissionPolicyBinding['spec']>;
  /** Undefined: it is about all that its policy is about. */
  matcher: Matcher | undefined;
}

/** A policy that is bound, compiled when a request first concerns it. */
export class BoundPolicy {
  readonly name: string;
  readonly spec: NonNullable<ValidatingAdmissionPolicy['spec']>;
  readonly matcher: Matcher;
  readonly bindings: readonly Binding[];
  #compiled: AdmissionPolicy | undefined;

  constructor({ metadata, spec = {} }: ValidatingAdmissionPolicy, bindings: readonly Binding[], before: BoundPolicy | undefined) {
    this.name = metadata?.name ?? '';
    this.spec = spec;
    this.matcher = matcherOf(spec.matchConstraints ?? {});
    this.bindings = bindings;
    // Of the same revision: only its bindings have changed.
    this.#compiled = before?.spec === spec ? before.#compiled : undefined;
  }

  get compiled(): AdmissionPolicy {
    this.#compiled ??= compileAdmissionPolicy(this.spec);
    return this.#compiled;
  }
}

/** Nobody may lock themselves out of mending a policy. */
const EXEMPT: ReadonlySet<string> = new Set([
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

const NONE: readonly BoundPolicy[] = [];
const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** The policies that are bound, by the resource that they concern: a request that concerns none costs one look. */
export class Policies {
  readonly #policies = new Map<string, ValidatingAdmissionPolicy>();
  readonly #bindings = new Map<string, ValidatingAdmissionPolicyBinding>();
  readonly #kinds: KindTable;
  #bound: readonly BoundPolicy[] | undefined;
  #before = new Map<string, BoundPolicy>();
  #byRow = new Map<KindRow, readonly BoundPolicy[]>();

  constructor(caches: { policies: ResourceCache; bindings: ResourceCache }, kinds: KindTable) {
    this.#kinds = kinds;
    // Of a kind there may be other versions now.
    kinds.observe(() => (this.#byRow = new Map()));
    this.#follow(caches.policies, this.#policies);
    this.#follow(caches.bindings, this.#bindings);
  }

  /** Those that may concern requests for a resource, by name. */
  concerning(row: KindRow): readonly BoundPolicy[] {
    if (this.#bindings.size === 0) return NONE;
    let found = this.#byRow.get(row);
    if (!found) this.#byRow.set(row, (found = this.#find(row)));
    return found;
  }

  #follow<T>(cache: ResourceCache, into: Map<string, T>): void {
    cache.observe((now, before) => {
      if (now) into.set(now.name, now.object as T);
      else if (before) into.delete(before.name);
      this.#bound = undefined;
      this.#byRow = new Map();
    });
  }

  #find(row: KindRow): readonly BoundPolicy[] {
    if (row.group === 'admissionregistration.k8s.io' && EXEMPT.has(row.kind)) return NONE;
    this.#bound ??= this.#bind();
    return this.#bound.filter(({ matcher }) => mayConcern(matcher, row, this.#kinds));
  }

  #bind(): readonly BoundPolicy[] {
    const bindings = Map.groupBy([...this.#bindings.values()].map(bindingOf).sort(byName), ({ spec }) => spec.policyName);
    const bound = Array.from(this.#policies, ([name, policy]) => {
      const own = bindings.get(name);
      return own ? [new BoundPolicy(policy, own, this.#before.get(name))] : [];
    })
      .flat()
      .sort(byName);
    this.#before = new Map(bound.map((policy) => [policy.name, policy]));
    return bound;
  }
}

function bindingOf({ metadata, spec }: ValidatingAdmissionPolicyBinding): Binding {
  const { policyName = '', validationActions = [], ...more } = spec ?? {};
  const whole = { policyName, validationActions, ...more };
  return { name: metadata?.name ?? '', spec: whole, matcher: whole.matchResources && matcherOf(whole.matchResources) };
}

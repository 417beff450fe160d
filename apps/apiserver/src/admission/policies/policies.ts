import type { KindRow, KindTable, KubeObject, MatchResources, ParamKind, ParamRef } from '@kubernats/api';
import type { ResourceCache } from '../../cache/resource-cache.ts';
import { type Core, placeOfResource } from '../../core.ts';
import { type Matcher, matcherOf, mayConcern } from './match-resources.ts';

/** A policy of either kind: what admission has to know of it. */
export interface Policy extends KubeObject {
  spec?: { matchConstraints?: MatchResources; paramKind?: ParamKind; failurePolicy?: string };
}

/** What binds it. */
export interface PolicyBinding extends KubeObject {
  spec?: { policyName?: string; paramRef?: ParamRef; matchResources?: MatchResources };
}

type SpecOf<T extends { spec?: unknown }> = NonNullable<T['spec']>;

export interface Binding<B extends PolicyBinding = PolicyBinding> {
  name: string;
  spec: SpecOf<B>;
  /** Undefined: it is about all that its policy is about. */
  matcher: Matcher | undefined;
}

/** A policy that is bound, compiled when a request first concerns it. */
export class BoundPolicy<P extends Policy = Policy, B extends PolicyBinding = PolicyBinding, C = unknown> {
  readonly name: string;
  readonly spec: SpecOf<P>;
  readonly matcher: Matcher;
  readonly bindings: readonly Binding<B>[];
  readonly #compile: (spec: SpecOf<P>) => C;
  #compiled: C | undefined;

  constructor(
    { metadata, spec = {} }: P,
    bindings: readonly Binding<B>[],
    compile: (spec: SpecOf<P>) => C,
    before: BoundPolicy<P, B, C> | undefined,
  ) {
    this.name = metadata?.name ?? '';
    this.spec = spec as SpecOf<P>;
    this.matcher = matcherOf(this.spec.matchConstraints ?? {});
    this.bindings = bindings;
    this.#compile = compile;
    // Of the same revision: only its bindings have changed.
    this.#compiled = before && before.spec === spec ? before.#compiled : undefined;
  }

  get compiled(): C {
    this.#compiled ??= this.#compile(this.spec);
    return this.#compiled;
  }

  /** What cannot be decided lets requests pass. */
  get ignoresFailure(): boolean {
    return this.spec.failurePolicy === 'Ignore';
  }
}

/** Nobody may lock themselves out of mending a policy. */
const EXEMPT: ReadonlySet<string> = new Set([
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

const NONE: readonly never[] = [];
const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** The policies of a kind that are bound, by the resource that they concern: a request that concerns none costs one look. */
export class Policies<P extends Policy, B extends PolicyBinding, C> {
  readonly #policies = new Map<string, P>();
  readonly #bindings = new Map<string, B>();
  readonly #kinds: KindTable;
  readonly #compile: (spec: SpecOf<P>) => C;
  #bound: readonly BoundPolicy<P, B, C>[] | undefined;
  #before = new Map<string, BoundPolicy<P, B, C>>();
  #byRow = new Map<KindRow, readonly BoundPolicy<P, B, C>[]>();

  constructor(caches: { policies: ResourceCache; bindings: ResourceCache }, kinds: KindTable, compile: (spec: SpecOf<P>) => C) {
    this.#kinds = kinds;
    this.#compile = compile;
    // Of a kind there may be other versions now.
    kinds.observe(() => (this.#byRow = new Map()));
    this.#follow(caches.policies, this.#policies);
    this.#follow(caches.bindings, this.#bindings);
  }

  /** Those that may concern requests for a resource, by name. */
  concerning(row: KindRow): readonly BoundPolicy<P, B, C>[] {
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

  #find(row: KindRow): readonly BoundPolicy<P, B, C>[] {
    if (row.group === 'admissionregistration.k8s.io' && EXEMPT.has(row.kind)) return NONE;
    this.#bound ??= this.#bind();
    return this.#bound.filter(({ matcher }) => mayConcern(matcher, row, this.#kinds));
  }

  #bind(): readonly BoundPolicy<P, B, C>[] {
    const bindings = Map.groupBy([...this.#bindings.values()].map(bindingOf).sort(byName), ({ spec }) => spec.policyName);
    const bound = Array.from(this.#policies, ([name, policy]) => {
      const own = bindings.get(name);
      return own ? [new BoundPolicy(policy, own, this.#compile, this.#before.get(name))] : [];
    })
      .flat()
      .sort(byName);
    this.#before = new Map(bound.map((policy) => [policy.name, policy]));
    return bound;
  }
}

function bindingOf<B extends PolicyBinding>({ metadata, spec = {} }: B): Binding<B> {
  return { name: metadata?.name ?? '', spec: spec as SpecOf<B>, matcher: spec.matchResources && matcherOf(spec.matchResources) };
}

/** Finds the policies of a kind that a server has, which it follows from when it is first asked. */
export function policiesOf<P extends Policy, B extends PolicyBinding, C>(
  resources: { policies: string; bindings: string },
  compile: (spec: SpecOf<P>) => C,
): (core: Core) => Policies<P, B, C> {
  const known = new WeakMap<Core, Policies<P, B, C>>();
  return (core) => {
    let policies = known.get(core);
    if (!policies) {
      const cacheOf = (plural: string) => placeOfResource(core, 'admissionregistration.k8s.io', 'v1', plural).cache;
      const caches = { policies: cacheOf(resources.policies), bindings: cacheOf(resources.bindings) };
      known.set(core, (policies = new Policies(caches, core.kinds, compile)));
    }
    return policies;
  };
}

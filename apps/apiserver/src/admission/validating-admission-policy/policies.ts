import type { KindRow, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '@kubernats/api';
import { type AdmissionPolicy, compileAdmissionPolicy } from '@kubernats/cel';
import type { Stored } from '../../cache/stored.ts';
import { type Core, placeOfResource } from '../../core.ts';

const GROUP = 'admissionregistration.k8s.io';
const ALL = '*';

/** A policy that is bound, compiled when a request first concerns it. */
export class BoundPolicy {
  readonly name: string;
  readonly spec: NonNullable<ValidatingAdmissionPolicy['spec']>;
  readonly bindings: readonly ValidatingAdmissionPolicyBinding[];
  #compiled: AdmissionPolicy | undefined;

  constructor(policy: ValidatingAdmissionPolicy, bindings: readonly ValidatingAdmissionPolicyBinding[], before: BoundPolicy | undefined) {
    this.name = policy.metadata?.name ?? '';
    this.spec = policy.spec ?? {};
    this.bindings = bindings;
    // Of the same revision: only its bindings have changed.
    this.#compiled = before?.spec === this.spec ? before.#compiled : undefined;
  }

  get compiled(): AdmissionPolicy {
    this.#compiled ??= compileAdmissionPolicy(this.spec);
    return this.#compiled;
  }
}

/** The policies that are bound, by the resources that they name: a request that concerns none costs one look. */
export class Policies {
  readonly #policies = new Map<string, ValidatingAdmissionPolicy>();
  readonly #bindings = new Map<string, ValidatingAdmissionPolicyBinding>();
  #bound = new Map<string, BoundPolicy>();
  #byResource: Map<string, BoundPolicy[]> | undefined;

  constructor(core: Core) {
    const follow = <T>(plural: string, into: Map<string, T>): void => {
      placeOfResource(core, GROUP, 'v1', plural).cache.observe((now: Stored | undefined, before: Stored | undefined) => {
        if (now) into.set(now.name, now.object as T);
        else if (before) into.delete(before.name);
        this.#byResource = undefined;
      });
    };
    follow('validatingadmissionpolicies', this.#policies);
    follow('validatingadmissionpolicybindings', this.#bindings);
  }

  /** Those that may concern requests for a resource, by name. */
  concerning({ plural }: KindRow): readonly BoundPolicy[] {
    this.#byResource ??= this.#index();
    if (this.#byResource.size === 0) return NONE;
    const [named = NONE, all = NONE] = [this.#byResource.get(plural), this.#byResource.get(ALL)];
    if (all.length === 0) return named;
    return named.length === 0 ? all : [...new Set([...named, ...all])].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #index(): Map<string, BoundPolicy[]> {
    const bindings = Map.groupBy(
      [...this.#bindings.values()].sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1)),
      ({ spec }) => spec?.policyName ?? '',
    );
    const bound = new Map<string, BoundPolicy>();
    const byResource = new Map<string, BoundPolicy[]>();
    for (const name of [...this.#policies.keys()].sort()) {
      const [policy, own] = [this.#policies.get(name), bindings.get(name)];
      if (!policy || !own) continue;
      const entry = new BoundPolicy(policy, own, this.#bound.get(name));
      bound.set(name, entry);
      for (const resource of resourcesOf(entry)) byResource.set(resource, [...(byResource.get(resource) ?? []), entry]);
    }
    this.#bound = bound;
    return byResource;
  }
}

const NONE: readonly BoundPolicy[] = [];

function resourcesOf({ spec }: BoundPolicy): Set<string> {
  const named = (spec.matchConstraints?.resourceRules ?? []).flatMap(({ resources = [] }) => resources);
  return new Set(named.map((resource) => resource.split('/', 1)[0] ?? ''));
}

const known = new WeakMap<Core, Policies>();

/** The policies of a server. */
export function policiesOf(core: Core): Policies {
  let policies = known.get(core);
  if (!policies) known.set(core, (policies = new Policies(core)));
  return policies;
}

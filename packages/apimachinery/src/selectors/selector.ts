import { type Labels, matcherOf, type Requirement, requirementText } from './requirement.ts';

/** A label selector, ready to be asked: all its requirements must hold. */
export interface Selector {
  /** Sorted by key. */
  readonly requirements: readonly Requirement[];
  /** Whether it selects everything. */
  readonly empty: boolean;
  /** Absent labels are no labels. */
  matches(labels: Labels | undefined): boolean;
  /** In the grammar that `parseLabelSelector` reads. */
  toString(): string;
}

const NO_LABELS: Labels = {};

const byKey = (a: Requirement, b: Requirement): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

class RequirementSelector implements Selector {
  readonly requirements: readonly Requirement[];
  readonly #matchers: ((labels: Labels) => boolean)[];

  constructor(requirements: readonly Requirement[]) {
    this.requirements = requirements.toSorted(byKey);
    this.#matchers = this.requirements.map(matcherOf);
  }

  get empty(): boolean {
    return this.requirements.length === 0;
  }

  matches(labels: Labels | undefined): boolean {
    for (const matcher of this.#matchers) if (!matcher(labels ?? NO_LABELS)) return false;
    return true;
  }

  toString(): string {
    return this.requirements.map(requirementText).join(',');
  }
}

/** A selector of requirements that are known to be valid. */
export function selectorOf(requirements: readonly Requirement[]): Selector {
  return new RequirementSelector(requirements);
}

/** Selects every object. */
export const everything: Selector = selectorOf([]);

/** Selects no object: what an absent label selector of most kinds means. */
export const nothing: Selector = {
  requirements: [],
  empty: false,
  matches: () => false,
  toString: () => '',
};

/** The selector of a plain map, such as a Service's `spec.selector`: every label must have that value. Values are not checked. */
export function selectorOfMap(map: Labels | undefined): Selector {
  const entries = Object.entries(map ?? NO_LABELS);
  if (entries.length === 0) return everything;
  return selectorOf(entries.map(([key, value]) => ({ key, operator: '=', values: [value] })));
}

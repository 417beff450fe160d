import { type FieldPath, forbiddenField } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { estimateCost } from '../compile.ts';
import { type CompiledRule, variablesOf } from './compiled-rule.ts';
import { type DeclaredSize, MAX_REQUEST_BYTES, sizeAtIn, sizeOfProperty } from './declared-size.ts';
import type { JsonSchema } from './json-schema.ts';
import type { RuleNode } from './rule-node.ts';

/** What one rule for all values that it looks at, and what all rules of a schema, may cost by estimation. Source: kube-apiserver's limits. */
const RULE_LIMIT = 10_000_000;
const SCHEMA_LIMIT = 100_000_000;
/** Of the rules that a schema that is too dear is blamed for: how many are named, and what each must cost at least. */
const MAX_BLAMED = 4;
const MIN_BLAMED = SCHEMA_LIMIT / 100;

/** How often the parts of a schema occur in one object; undefined: as often as fits into a request. */
export type Occurrences = number | undefined;

/** How much there may be of what a part of a schema describes. */
export interface Extent {
  times: Occurrences;
  /** Undefined: expressions cannot see it. */
  size: DeclaredSize | undefined;
}

/** How often what is below a part occurs, where the part occurs so often. */
function occurrencesBelow(times: Occurrences, { type, additionalProperties, maxItems, maxProperties }: JsonSchema): Occurrences {
  const isMap = type === 'object' && additionalProperties !== undefined;
  if (!isMap && type !== 'array') return times;
  const each = isMap ? maxProperties : maxItems;
  return times === undefined || each === undefined ? undefined : times * Math.max(0, each);
}

/** Of the elements of a list, or of a map. */
export const elementsOf = ({ times, size }: Extent, schema: JsonSchema): Extent => ({
  times: occurrencesBelow(times, schema),
  size: size?.element,
});

/** Of the values of a property. */
export const propertyOf = ({ times, size }: Extent, name: string, schema: JsonSchema): Extent => ({
  times,
  size: sizeOfProperty(size, name, schema),
});

/** What the rules of a schema cost together. */
export class TotalCost {
  #total = 0;
  readonly #dear: { at: FieldPath; cost: number }[] = [];

  add(at: FieldPath, cost: number): void {
    this.#total += cost;
    if (cost >= MIN_BLAMED) this.#dear.push({ at, cost });
  }

  /** What is wrong with all together; `at` is where the schema stands. */
  check(at: FieldPath): Cause[] {
    if (this.#total <= SCHEMA_LIMIT) return [];
    const dearest = this.#dear.toSorted((a, b) => b.cost - a.cost).slice(0, MAX_BLAMED);
    return [
      ...dearest.map((rule) =>
        forbiddenField(rule.at, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'),
      ),
      forbiddenField(
        at,
        exceeds('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', this.#total, SCHEMA_LIMIT),
      ),
    ];
  }
}

/** What is wrong with how much the rules of a part cost, each of them by its place among them; what they cost is added to `total`. */
export function checkCosts(
  { rules, type }: RuleNode,
  at: FieldPath,
  { times, size }: Extent,
  { total, anyRuleCost }: { total: TotalCost; anyRuleCost: boolean },
): Cause[][] {
  if (!type || !size) return rules.map(() => []);
  const often = times ?? Math.floor(MAX_REQUEST_BYTES / (size.minBytes + 1));
  const costOf = ({ rule }: CompiledRule, expression: string) => estimateCost(expression, variablesOf(rule, type), sizeAtIn(size)).max;
  return rules.map((compiled, index) => {
    const { rule, program, message } = compiled;
    const out: Cause[] = [];
    const check = (field: 'rule' | 'messageExpression', what: string, cost: number): void => {
      const place = at.index(index).child(field);
      if (cost > RULE_LIMIT && !anyRuleCost) out.push(forbiddenField(place, exceeds(`estimated ${what} cost`, cost, RULE_LIMIT)));
      total.add(place, cost);
    };
    if (program) check('rule', 'rule', costOf(compiled, rule.rule) * often);
    if (program && message) check('messageExpression', 'messageExpression', costOf(compiled, rule.messageExpression ?? ''));
    return out;
  });
}

function exceeds(what: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const times = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${times} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}

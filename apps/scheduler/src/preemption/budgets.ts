import type { PodDisruptionBudget } from '@kubernats/api';
import { labelSelectorOf } from '@kubernats/apimachinery';
import type { PodInfo } from '../snapshot/pod-info.ts';

export interface SplitVictims {
  /** Without them a budget is broken. */
  violating: PodInfo[];
  others: PodInfo[];
}

/**
 * Tells which of some Pods may not all go together by the disruption budgets: taken in their order, each that goes uses up what its budgets still allow. One
 * whose eviction was granted before counts no more. As kube-scheduler has it, a budget with an empty selector protects nobody here, nor does any protect Pods
 * without labels.
 */
export function splitterBy(budgets: Iterable<PodDisruptionBudget>): (victims: readonly PodInfo[]) => SplitVictims {
  let byNamespace: ReadonlyMap<string, readonly Rule[]> | undefined;
  return (victims) => {
    byNamespace ??= rulesOf(budgets);
    return split(victims, byNamespace);
  };
}

interface Rule {
  matches(labels: Readonly<Record<string, string>>): boolean;
  disrupted: Readonly<Record<string, string>>;
  allowed: number;
}

function rulesOf(budgets: Iterable<PodDisruptionBudget>): Map<string, Rule[]> {
  const byNamespace = new Map<string, Rule[]>();
  for (const { metadata, spec, status } of budgets) {
    const selector = labelSelectorOf(spec?.selector);
    if (selector.empty) continue;
    const namespace = metadata?.namespace ?? '';
    const rules = byNamespace.get(namespace) ?? [];
    byNamespace.set(namespace, rules);
    rules.push({
      matches: (labels) => selector.matches(labels),
      disrupted: status?.disruptedPods ?? {},
      allowed: status?.disruptionsAllowed ?? 0,
    });
  }
  return byNamespace;
}

function split(victims: readonly PodInfo[], byNamespace: ReadonlyMap<string, readonly Rule[]>): SplitVictims {
  const outcome: SplitVictims = { violating: [], others: [] };
  const used = new Map<Rule, number>();
  for (const victim of victims) {
    const { namespace = '', name = '', labels = {} } = victim.pod.metadata ?? {};
    let violates = false;
    for (const rule of Object.keys(labels).length > 0 ? (byNamespace.get(namespace) ?? []) : []) {
      if (!rule.matches(labels) || Object.hasOwn(rule.disrupted, name)) continue;
      const count = (used.get(rule) ?? 0) + 1;
      used.set(rule, count);
      if (count > rule.allowed) violates = true;
    }
    (violates ? outcome.violating : outcome.others).push(victim);
  }
  return outcome;
}

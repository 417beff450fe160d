import { memoryRequestOf } from '../container-resources.ts';
import type { Candidate } from './candidate.ts';

/**
 * Who goes first when memory is short: those that use more than they asked for, then those of less priority, then those that are further above
 * what they asked for. Pure; the same Pods always come in the same order. Source: Kubernetes, "Pod selection for kubelet eviction".
 */
export function rankForMemory(uses: readonly Candidate[]): Candidate[] {
  const rows = uses.map((use) => ({
    use,
    over: use.memoryBytes - memoryRequestOf(use.pod),
    priority: use.pod.spec?.priority ?? 0,
    name: `${use.pod.metadata?.namespace}/${use.pod.metadata?.name}`,
  }));
  rows.sort((a, b) => Number(b.over > 0) - Number(a.over > 0) || a.priority - b.priority || b.over - a.over || (a.name < b.name ? -1 : 1));
  return rows.map(({ use }) => use);
}

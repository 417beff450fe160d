import type { NamespaceCondition } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { withCondition } from '../conditions.ts';
import { discoveryFailureText } from './discovery-failures.ts';

/** What is left in a namespace that is being emptied. */
export interface Remaining {
  /** Objects by resource, such as `pods.` or `deployments.apps`. */
  byResource: ReadonlyMap<string, number>;
  /** Objects by the finalizers that hold them. */
  byFinalizer: ReadonlyMap<string, number>;
  /** What went wrong with some deletions. */
  errors: readonly string[];
  /** Versions of groups in which something may be that nobody can see now. */
  undiscovered: readonly string[];
}

/** The texts of conditions that tell of no trouble. */
const FINE: Record<string, [reason: string, message: string]> = {
  NamespaceDeletionDiscoveryFailure: ['ResourcesDiscovered', 'All resources successfully discovered'],
  NamespaceDeletionGroupVersionParsingFailure: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  NamespaceDeletionContentFailure: ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
  NamespaceContentRemaining: ['ContentRemoved', 'All content successfully removed'],
  NamespaceFinalizersRemaining: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
};

/** The conditions of a namespace that is being emptied, as `kubectl describe namespace` shows them. Source: `NamespaceConditionType`. */
export function emptyingConditions(
  current: readonly NamespaceCondition[] | undefined,
  remaining: Remaining,
  nowMs: number,
): NamespaceCondition[] {
  const troubles = troublesOf(remaining);
  let conditions = [...(current ?? [])];
  for (const [type, fine] of Object.entries(FINE)) {
    const trouble = troubles[type];
    const [reason, message] = trouble ?? fine;
    const next = { type, status: trouble ? 'True' : 'False', reason, message, lastTransitionTime: rfc3339(nowMs) };
    const old = conditions.find((condition) => condition.type === type);
    // The counts in a message go down while status and reason stay.
    if (old && old.status === next.status && old.reason === reason && old.message !== message) {
      conditions = conditions.map((condition) => (condition === old ? { ...old, message } : condition));
    } else conditions = withCondition(conditions, next);
  }
  return conditions;
}

function troublesOf({ byResource, byFinalizer, errors, undiscovered }: Remaining): Record<string, [reason: string, message: string]> {
  const listed = (counts: ReadonlyMap<string, number>, between: string): string =>
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} ${between} ${count} resource instances`)
      .join(', ');
  return {
    ...(undiscovered.length > 0 && { NamespaceDeletionDiscoveryFailure: ['DiscoveryFailed', discoveryFailureText(undiscovered)] }),
    ...(errors.length > 0 && { NamespaceDeletionContentFailure: ['ContentDeletionFailed', [...errors].sort().join('; ')] }),
    ...(byResource.size > 0 && {
      NamespaceContentRemaining: ['SomeResourcesRemain', `Some resources are remaining: ${listed(byResource, 'has')}`],
    }),
    ...(byFinalizer.size > 0 && {
      NamespaceFinalizersRemaining: [
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${listed(byFinalizer, 'in')}`,
      ],
    }),
  };
}

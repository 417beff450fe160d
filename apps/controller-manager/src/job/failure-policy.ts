import type { ContainerStatus, Job, Pod, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyRule } from '@kubernats/api';

export interface FailureVerdict {
  /** What the first rule that matches says; undefined: none does, and the failure counts. */
  action?: 'Count' | 'FailIndex' | 'FailJob' | 'Ignore';
  /** Whether it counts towards the back-off limit. */
  counts: boolean;
  /** Why the Job fails, for FailJob. */
  message?: string;
}

/** What a Job's failure policy says to a failed Pod. Source: "Pod failure policy" of the concept "Jobs", KEP-3329. */
export function judgeFailure(job: Job, pod: Pod): FailureVerdict {
  const rules = job.spec?.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const why = matchOf(rule, pod);
    if (why === undefined) continue;
    const action = rule.action as FailureVerdict['action'];
    if (action === 'Ignore') return { action, counts: false };
    return { action, counts: true, ...(action === 'FailJob' && { message: `${why} matching ${action} rule at index ${index}` }) };
  }
  return { counts: true };
}

/** In words what of the Pod the rule matches. */
function matchOf({ onExitCodes, onPodConditions }: PodFailurePolicyRule, pod: Pod): string | undefined {
  const { namespace, name } = pod.metadata ?? {};
  if (onExitCodes) {
    const container = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find((status) =>
      exitMatches(status, onExitCodes),
    );
    const code = container?.state?.terminated?.exitCode;
    return container && `Container ${container.name} for pod ${namespace}/${name} failed with exit code ${code}`;
  }
  const condition = pod.status?.conditions?.find(({ type, status }) =>
    onPodConditions?.some((pattern) => pattern.type === type && (pattern.status || 'True') === status),
  );
  return condition && `Pod ${namespace}/${name} has condition ${condition.type}`;
}

function exitMatches({ name, state }: ContainerStatus, rule: PodFailurePolicyOnExitCodesRequirement): boolean {
  const code = state?.terminated?.exitCode;
  if (code === undefined || code === 0) return false;
  if (rule.containerName !== undefined && rule.containerName !== name) return false;
  return rule.values.includes(code) === (rule.operator === 'In');
}

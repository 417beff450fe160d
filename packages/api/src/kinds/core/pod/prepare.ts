import type { Pod, PodSpec, Toleration } from '../../../../generated/types.ts';
import { isTerminal } from './containers.ts';
import { mergeLabelKeys, mergeLabelKeysOfTerms } from './merge-label-keys.ts';
import { qosClass } from './qos.ts';

/** How long a Pod stays on a node that is not ready or not reachable, when its author does not say. */
const NODE_TROUBLE_SECONDS = 300;
const NODE_TROUBLES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** A new Pod: no status but Pending, and what Kubernetes' admission adds (service account, tolerations, the values of label keys). */
export function preparePodForCreate(pod: Pod): void {
  const spec = pod.spec;
  pod.status = { phase: 'Pending', ...(spec ? { qosClass: qosClass(spec) } : {}) };
  if (!spec) return;
  spec.serviceAccountName ||= 'default';
  spec.serviceAccount = spec.serviceAccountName;
  addTolerations(spec);
  for (const constraint of spec.topologySpreadConstraints ?? []) mergeLabelKeys(constraint, pod.metadata?.labels);
  mergeLabelKeysOfTerms(spec.affinity, pod.metadata?.labels);
  if ((spec.schedulingGates ?? []).length > 0) {
    const message = 'Scheduling is blocked due to non-empty scheduling gates';
    pod.status.conditions = [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message }];
  }
}

function addTolerations(spec: PodSpec): void {
  const tolerations: Toleration[] = spec.tolerations ?? [];
  for (const key of NODE_TROUBLES) {
    const tolerated = tolerations.some(
      (toleration) => (toleration.key === key || !toleration.key) && (toleration.effect === 'NoExecute' || !toleration.effect),
    );
    if (!tolerated) tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: NODE_TROUBLE_SECONDS });
  }
  spec.tolerations = tolerations;
}

/** The quality of service is decided at creation. */
export function preparePodForStatusUpdate({ status }: Pod, old: Pod): void {
  if (status && old.status?.qosClass) status.qosClass = old.status.qosClass;
}

/** A Pod that nothing runs is deleted at once; one that runs gets its grace period, or what the request says. */
export function podGracePeriodSeconds(pod: Pod, requested: number | undefined): number | undefined {
  const period = requested ?? pod.spec?.terminationGracePeriodSeconds ?? 0;
  if (!pod.spec?.nodeName || isTerminal(pod)) return 0;
  return period < 0 ? 1 : period;
}

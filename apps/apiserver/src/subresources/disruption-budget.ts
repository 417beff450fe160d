import type { Pod, PodDisruptionBudget, PodDisruptionBudgetStatus } from '@kubernats/api';
import { labelSelectorOf } from '@kubernats/apimachinery';
import { rfc3339 } from '@kubernats/clock';
import { forbidden, StatusError } from '@kubernats/errors';
import type { Held } from '../cache/stored.ts';
import { type Core, placeOfResource } from '../core.ts';
import { modifyObject } from '../rest/modify-object.ts';

/** More evictions than so many that are granted and not done yet: the budget's controller does not follow. */
const DISRUPTED_MAX = 2_000;
const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";
const RESOURCE = { group: 'policy', resource: 'poddisruptionbudgets' };

/**
 * Takes the eviction of a Pod from its budget, or refuses it. A Pod that has ended, waits or goes costs nothing. Source: "API-initiated
 * Eviction", and KEP-3017 for Pods that are not healthy.
 */
export async function spendBudget(core: Core, pod: Pod, dryRun: boolean): Promise<void> {
  const { name = '', namespace = '', deletionTimestamp } = pod.metadata ?? {};
  if (deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(pod.status?.phase ?? '')) return;
  const place = placeOfResource(core, 'policy', 'v1', 'poddisruptionbudgets');
  const names: string[] = [];
  await place.stream.fresh();
  place.cache.snapshot().scan(`${namespace}/`, '', ({ object, name }) => {
    if (selects(object, pod)) names.push(name);
    return true;
  });
  const [budgetName, ...more] = names;
  if (budgetName === undefined) return;
  if (more.length > 0) {
    throw new StatusError(
      'InternalError',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const nowMs = core.clock.now();
  await modifyObject(core, place, { namespace, name: budgetName, dryRun }, ({ object }) => {
    const budget: PodDisruptionBudget & Held = object;
    if (!isReady(pod) && mayGoUnhealthy(budget)) return { do: 'keep' };
    const { resourceVersion: _, ...metadata } = object.metadata;
    return { do: 'write', object: { ...budget, metadata, status: spent(budget, name, rfc3339(nowMs)) } as Held };
  });
}

const selects = ({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean =>
  spec?.selector !== undefined && labelSelectorOf(spec.selector).matches(metadata?.labels);

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

/** Whether a Pod that is not ready, and so not counted, may go without asking how many may. */
function mayGoUnhealthy({ spec, status }: PodDisruptionBudget): boolean {
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

/** The budget's status with one eviction less. Throws when there is none left. */
export function spent({ metadata, status }: PodDisruptionBudget, podName: string, now: string): PodDisruptionBudgetStatus {
  const name = metadata?.name ?? '';
  if (!status || (status.observedGeneration ?? 0) < (metadata?.generation ?? 0)) {
    throw refused(`The disruption budget ${name} is still being processed by the server.`);
  }
  const { disruptionsAllowed = 0, disruptedPods = {}, desiredHealthy = 0, currentHealthy = 0 } = status;
  if (disruptionsAllowed < 0) throw forbidden(RESOURCE, name, 'pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > DISRUPTED_MAX) {
    throw forbidden(RESOURCE, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (disruptionsAllowed === 0) {
    throw refused(`The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`);
  }
  const left = disruptionsAllowed - 1;
  const conditions = (status.conditions ?? []).map((condition) =>
    left > 0 || condition.type !== 'DisruptionAllowed'
      ? condition
      : { ...condition, status: 'False', reason: 'InsufficientPods', message: '', lastTransitionTime: now },
  );
  return { ...status, conditions, disruptionsAllowed: left, disruptedPods: { ...disruptedPods, [podName]: now } };
}

const refused = (message: string): StatusError =>
  new StatusError('TooManyRequests', REFUSED, { causes: [{ reason: 'DisruptionBudget', message }] });

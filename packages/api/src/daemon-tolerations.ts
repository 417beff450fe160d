import type { PodSpec, Toleration } from '../generated/types.ts';

const toleration = (name: string, effect: 'NoExecute' | 'NoSchedule'): Toleration => ({
  key: `node.kubernetes.io/${name}`,
  operator: 'Exists',
  effect,
});

/** Daemons stay where others leave, and run where others may not. Source: the DaemonSet concept, "Taints and tolerations". */
const ALWAYS: readonly Toleration[] = [
  toleration('not-ready', 'NoExecute'),
  toleration('unreachable', 'NoExecute'),
  toleration('disk-pressure', 'NoSchedule'),
  toleration('memory-pressure', 'NoSchedule'),
  toleration('pid-pressure', 'NoSchedule'),
  toleration('unschedulable', 'NoSchedule'),
];
const WITH_HOST_NETWORK = toleration('network-unavailable', 'NoSchedule');

/** The tolerations that a DaemonSet's Pods have: their template's, and those that each of them gets. */
export function daemonTolerations({ tolerations = [], hostNetwork }: PodSpec): Toleration[] {
  const added = hostNetwork ? [...ALWAYS, WITH_HOST_NETWORK] : ALWAYS;
  const isAdded = (own: Toleration): boolean =>
    added.some(({ key, effect, operator }) => own.key === key && own.effect === effect && own.operator === operator && !own.value);
  return [...tolerations.filter((own) => !isAdded(own)), ...added];
}

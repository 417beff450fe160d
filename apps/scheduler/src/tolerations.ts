import type { Pod, Taint, Toleration } from '@kubernats/api';

type Tainted = Pick<Taint, 'key' | 'effect'> & { value?: string };

/** Whether one of the Pod's tolerations covers the taint. Source: "Taints and Tolerations". */
export function tolerates(pod: Pod, taint: Tainted): boolean {
  return (pod.spec?.tolerations ?? []).some((toleration) => covers(toleration, taint));
}

function covers(toleration: Toleration, taint: Tainted): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}

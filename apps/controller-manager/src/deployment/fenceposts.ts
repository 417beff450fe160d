import type { Deployment } from '@kubernats/api';

/** A count or a percentage of `total`. Source: Kubernetes' `IntOrString` fields. */
export function scaled(value: number | string | undefined, total: number, round: (fraction: number) => number): number {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  const percent = /^(\d+)%$/.exec(value);
  return percent ? round((Number(percent[1]) * total) / 100) : 0;
}

export function isRollingUpdate(deployment: Deployment): boolean {
  return (deployment.spec?.strategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
}

/** How many Pods more, and how many fewer, a roll-out may have. Both zero would never move: then one may be missing. */
export function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const replicas = deployment.spec?.replicas ?? 1;
  const rolling = deployment.spec?.strategy?.rollingUpdate;
  const surge = scaled(rolling?.maxSurge ?? '25%', replicas, Math.ceil);
  const unavailable = scaled(rolling?.maxUnavailable ?? '25%', replicas, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

export function maxSurgeOf(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;
}

export function maxUnavailableOf(deployment: Deployment): number {
  const replicas = deployment.spec?.replicas ?? 1;
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(fenceposts(deployment).unavailable, replicas);
}

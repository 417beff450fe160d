import type { Node } from '@kubernats/api';

/** How fast Pods may be driven from nodes of a zone, by how many of its nodes are well. */
export interface EvictionLimits {
  /** Between two nodes of a zone. */
  intervalMs: number;
  /** The same when much of the zone is down, in a large cluster; in a small one it stops. */
  disruptedIntervalMs: number;
  unhealthyShare: number;
  largeCluster: number;
}

/** kube-controller-manager's defaults. */
export const EVICTION_LIMITS: EvictionLimits = {
  intervalMs: 10_000,
  disruptedIntervalMs: 100_000,
  unhealthyShare: 0.55,
  largeCluster: 50,
};

export interface ZoneCount {
  ready: number;
  notReady: number;
}

export function zoneOf({ metadata }: Node): string {
  const { 'topology.kubernetes.io/region': region = '', 'topology.kubernetes.io/zone': zone = '' } = metadata?.labels ?? {};
  return `${region}:${zone}`;
}

/** Between two nodes of a zone; `pause`: no further node is emptied; `stop`: nor are those that were to be. */
export type EvictionPace = number | 'pause' | 'stop';

/**
 * How fast Pods are driven from the nodes of a zone. Where nearly all is silent it is rather we who are cut off, and where nothing is well Pods have
 * nowhere to go. Source: the Nodes concept, "Rate limits on eviction".
 */
export function evictionPace(zone: ZoneCount, cluster: ZoneCount, limits: EvictionLimits): EvictionPace {
  if (cluster.ready === 0) return 'stop';
  const size = zone.ready + zone.notReady;
  const disrupted = zone.ready > 0 && zone.notReady > 2 && zone.notReady / size >= limits.unhealthyShare;
  if (!disrupted) return limits.intervalMs;
  return cluster.ready + cluster.notReady > limits.largeCluster ? limits.disruptedIntervalMs : 'pause';
}

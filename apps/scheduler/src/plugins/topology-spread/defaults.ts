import type { TopologySpreadConstraint } from '@kubernats/api';
import type { PodTopologySpreadArgs } from '../../config/args.ts';

export const HOSTNAME = 'kubernetes.io/hostname';

/** What Pods prefer that ask for nothing. Source: the concept page, "Built-in default constraints". */
const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  { topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 3 },
  { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', maxSkew: 5 },
];

export const isBySystem = ({ defaultingType }: PodTopologySpreadArgs): boolean => defaultingType === 'System';

export function defaultConstraintsOf(args: PodTopologySpreadArgs): readonly TopologySpreadConstraint[] {
  return isBySystem(args) ? SYSTEM_DEFAULTS : args.defaultConstraints;
}

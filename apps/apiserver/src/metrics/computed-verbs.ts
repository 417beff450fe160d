import type { KindRow } from '@kubernats/api';
import { getComponentStatus, listComponentStatuses } from '../component-status/component-status.ts';
import type { Handlers } from '../subresources/subresources.ts';
import { getNodeMetrics, listNodeMetrics } from './node-metrics.ts';
import { getPodMetrics, listPodMetrics } from './pod-metrics.ts';

/** What serves kinds that are made when they are asked for, by `group/resource`. */
const VERBS_OF: Readonly<Record<string, Handlers>> = {
  '/componentstatuses': { get: getComponentStatus, list: listComponentStatuses },
  'metrics.k8s.io/nodes': { get: getNodeMetrics, list: listNodeMetrics },
  'metrics.k8s.io/pods': { get: getPodMetrics, list: listPodMetrics },
};

export const computedVerbs = ({ group, plural }: KindRow): Handlers | undefined => VERBS_OF[`${group}/${plural}`];

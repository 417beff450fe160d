import type { Pod } from '../../../../generated/types.ts';
import type { Column } from '../../../kind.ts';
import { AGE, NAME, text, wide } from '../../../table/common-columns.ts';
import { podSummary, restartsText } from './summary.ts';

const orNone = (value: string | undefined): string => value || '<none>';

export const podColumns: Column<Pod>[] = [
  NAME,
  text('Ready', 'How many of the containers are ready to serve, of how many.', (pod) => {
    const { ready, containers } = podSummary(pod);
    return `${ready}/${containers}`;
  }),
  text('Status', 'The state of the Pod and its containers in one word.', (pod) => podSummary(pod).status),
  text('Restarts', 'How often containers were restarted, and when one was last.', (pod, nowMs) => restartsText(podSummary(pod), nowMs)),
  AGE,
  wide('IP', "The Pod's own address.", (pod) => orNone(pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP)),
  wide('Node', 'The node that the Pod runs on.', (pod) => orNone(pod.spec?.nodeName)),
  wide('Nominated Node', 'The node where others are being removed for this Pod.', (pod) => orNone(pod.status?.nominatedNodeName)),
  wide('Readiness Gates', 'How many of the conditions that readiness also depends on are true.', (pod) => {
    const gates = pod.spec?.readinessGates ?? [];
    if (gates.length === 0) return '<none>';
    const isTrue = (gate: string): boolean =>
      pod.status?.conditions?.some(({ type, status }) => type === gate && status === 'True') ?? false;
    return `${gates.filter(({ conditionType }) => isTrue(conditionType)).length}/${gates.length}`;
  }),
];

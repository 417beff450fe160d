import { type Affinity, type DaemonSet, daemonTolerations, type Pod } from '@kubernats/api';
import { podFromTemplate } from '../pods/from-template.ts';
import { REVISION_LABEL } from '../revisions/revision.ts';

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';
const TEMPLATE_GENERATION_LABEL = 'pod-template-generation';
const NODE_NAME_FIELD = 'metadata.name';

/** The Pod of a node: the scheduler binds it to that one alone, when it has room. */
export function daemonPod(daemonSet: DaemonSet, nodeName: string, hash: string): Pod {
  const pod = podFromTemplate(daemonSet.spec?.template, daemonSet);
  const spec = pod.spec ?? { containers: [] };
  const generation = daemonSet.metadata?.annotations?.[TEMPLATE_GENERATION];
  const generated: Record<string, string> = generation === undefined ? {} : { [TEMPLATE_GENERATION_LABEL]: generation };
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...pod.metadata?.labels, ...generated, [REVISION_LABEL]: hash } },
    spec: { ...spec, affinity: onNode(spec.affinity, nodeName), tolerations: daemonTolerations(spec) },
  };
}

/** What the template required of nodes was looked at when this one was chosen. */
function onNode(affinity: Affinity | undefined, nodeName: string): Affinity {
  const term = { matchFields: [{ key: NODE_NAME_FIELD, operator: 'In', values: [nodeName] }] };
  const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } };
  return { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, ...required } };
}

/** The node that a Pod is on or waits for; undefined: it may go anywhere. */
export function nodeOf({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const [field] = terms.flatMap(({ matchFields = [] }) => matchFields.filter(({ key }) => key === NODE_NAME_FIELD));
  return field?.operator === 'In' && field.values?.length === 1 ? field.values[0] : undefined;
}

export const hashOf = ({ metadata }: Pod): string | undefined => metadata?.labels?.[REVISION_LABEL];

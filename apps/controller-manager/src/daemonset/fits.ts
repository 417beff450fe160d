import {
  type DaemonSet,
  daemonTolerations,
  matchesNodeSelector,
  type Node,
  type PodSpec,
  type Taint,
  type Toleration,
  toleratedBy,
} from '@kubernats/api';

/** Whether a DaemonSet wants a Pod on a node, and whether one that is there may stay. */
export interface Fit {
  run: boolean;
  stay: boolean;
}

const NONE: Fit = { run: false, stay: false };

const known = new WeakMap<PodSpec, WeakMap<Node, Fit>>();

/** What `fitOf` says, worked out once for each template and state of a node. */
export function fits(daemonSet: DaemonSet, node: Node): Fit {
  const spec = daemonSet.spec?.template.spec;
  if (!spec) return NONE;
  let ofNodes = known.get(spec);
  if (!ofNodes) known.set(spec, (ofNodes = new WeakMap()));
  let fit = ofNodes.get(node);
  if (!fit) ofNodes.set(node, (fit = fitOf(spec, node)));
  return fit;
}

/** Source: the DaemonSet concept, "How Daemon Pods are scheduled" and "Taints and tolerations". Resources are the scheduler's to look at. */
function fitOf(spec: PodSpec, node: Node): Fit {
  if (spec.nodeName && spec.nodeName !== node.metadata?.name) return NONE;
  const labels = node.metadata?.labels ?? {};
  if (Object.entries(spec.nodeSelector ?? {}).some(([key, value]) => labels[key] !== value)) return NONE;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (required && !matchesNodeSelector(required, node)) return NONE;
  const tolerations = daemonTolerations(spec);
  return {
    run: !isKeptAway(node, tolerations, ['NoSchedule', 'NoExecute']),
    stay: !isKeptAway(node, tolerations, ['NoExecute']),
  };
}

function isKeptAway(node: Node, tolerations: readonly Toleration[], effects: readonly Taint['effect'][]): boolean {
  return (node.spec?.taints ?? []).some((taint) => effects.includes(taint.effect) && !toleratedBy(tolerations, taint));
}

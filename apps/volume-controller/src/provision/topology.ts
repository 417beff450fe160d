import { matchesTerm, type Node, type NodeSelectorTerm, type StorageClass, type VolumeNodeAffinity } from '@kubernats/api';

const HOSTNAME = 'kubernetes.io/hostname';

/** A class's allowed topologies as terms that nodes match, those alone that the volume's node matches. Undefined: the class allows every node. */
export function allowedTerms({ allowedTopologies }: StorageClass, node: Node | undefined): NodeSelectorTerm[] | undefined {
  if (!allowedTopologies?.length) return undefined;
  const terms = allowedTopologies.map(({ matchLabelExpressions = [] }) => ({
    matchExpressions: matchLabelExpressions.map(({ key, values }) => ({ key, operator: 'In', values })),
  }));
  return node ? terms.filter((term) => matchesTerm(term, node)) : terms;
}

/** The nodes that can mount a volume: the one that it lies on, or those of the class's topologies. */
export function affinityOf(lies: Node | undefined, terms: NodeSelectorTerm[] | undefined): VolumeNodeAffinity | undefined {
  if (!lies) return terms && { required: { nodeSelectorTerms: terms } };
  const { name = '', labels = {} } = lies.metadata ?? {};
  const values = [labels[HOSTNAME] ?? name];
  return { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: HOSTNAME, operator: 'In', values }] }] } };
}

/** A node for a volume that nobody chose one for: spread by the volume's name over the nodes that are ready, and the same one for the same nodes. */
export function chooseNode(nodes: Iterable<Node>, storageClass: StorageClass, volumeName: string): string | undefined {
  const fit: string[] = [];
  for (const node of nodes) {
    const isReady = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    if (!isReady || node.spec?.unschedulable || allowedTerms(storageClass, node)?.length === 0) continue;
    fit.push(node.metadata?.name ?? '');
  }
  let hash = 0;
  for (const char of volumeName) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return fit.sort()[hash % fit.length];
}

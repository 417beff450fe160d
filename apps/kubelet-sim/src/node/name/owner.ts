import { NODE_OWNER_ANNOTATION, type Node } from '@kubernats/api';

/** The same Node, with another owner; the empty text for none any more. */
export function withOwner(node: Node, owner: string): Node {
  return { ...node, metadata: { ...node.metadata, annotations: { ...node.metadata?.annotations, [NODE_OWNER_ANNOTATION]: owner } } };
}

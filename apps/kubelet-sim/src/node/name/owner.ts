import type { Node } from '@kubernats/api';

/**
 * On a Node whose name its machine has taken by itself: which machine that is, or the empty text when the machine has given the name back.
 * A Node without it has a name that a person chose, and nobody takes it.
 */
export const OWNER_ANNOTATION = 'kubernats.dev/owner';

export const ownerOf = ({ metadata }: Node): string | undefined => metadata?.annotations?.[OWNER_ANNOTATION];

/** The same Node, with another owner. */
export function withOwner(node: Node, owner: string): Node {
  return { ...node, metadata: { ...node.metadata, annotations: { ...node.metadata?.annotations, [OWNER_ANNOTATION]: owner } } };
}

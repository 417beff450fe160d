import type { Node } from '../generated/types.ts';

/**
 * On a Node whose name its machine has taken by itself: which machine that is, or the empty text when the machine has given the name back.
 * A Node without it has a name that a person chose: nobody else takes it, and nobody takes it away.
 */
export const NODE_OWNER_ANNOTATION = 'kubernats.dev/owner';

export const ownerOfNode = ({ metadata }: Node): string | undefined => metadata?.annotations?.[NODE_OWNER_ANNOTATION];

import type { Pod } from '@kubernats/api';

export type Fidelity = 'live' | 'status';

/** On a Pod: `live` or `status`, whatever its node is. */
export const FIDELITY_ANNOTATION = 'kubernats.dev/fidelity';

/** How a Pod is to run on a node of this fidelity, and what was wrong with its wish. Counts when the node first sees the Pod. */
export function fidelityOf(pod: Pod, ofNode: Fidelity): { fidelity: Fidelity; problem?: string } {
  const wish = pod.metadata?.annotations?.[FIDELITY_ANNOTATION];
  if (wish === undefined || wish === 'live' || wish === 'status') return { fidelity: wish ?? ofNode };
  const problem = `annotation ${FIDELITY_ANNOTATION}: ${JSON.stringify(wish)} must be live or status; the Pod runs as its node does: ${ofNode}`;
  return { fidelity: ofNode, problem };
}

import type { Node } from '@kubernats/api';
import * as z from 'zod';

/** What the kubelet gave a Node by its settings, so that it can take back what is no longer set and leave what others gave. */
export interface Owned {
  labels: string[];
  resources: string[];
}

/** Holds `Owned`, as JSON. */
export const OWNED_ANNOTATION = 'kubernats.dev/owned';

const schema = z.object({ labels: z.array(z.string()), resources: z.array(z.string()) });

export function ownedOf(node: Node): Owned {
  try {
    return schema.parse(JSON.parse(node.metadata?.annotations?.[OWNED_ANNOTATION] ?? ''));
  } catch {
    // Never registered by this kind of kubelet, or somebody's own text: then nothing is ours.
    return { labels: [], resources: [] };
  }
}

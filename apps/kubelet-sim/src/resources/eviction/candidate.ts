import type { Pod } from '@kubernats/api';

/** What one Pod holds of its node's memory now. */
export interface Candidate {
  pod: Pod;
  /** It is on its way out already. */
  isEnding: boolean;
  /** Of all its containers. */
  memoryBytes: number;
  containers: readonly { name: string; memoryBytes: number }[];
}

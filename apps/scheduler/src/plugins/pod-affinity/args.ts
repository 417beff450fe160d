/** `InterPodAffinityArgs` of a KubeSchedulerConfiguration. */
export interface InterPodAffinityArgs {
  /** What it is worth, 0…100, to a Pod that requires Pods like the one that looks for a node. */
  readonly hardPodAffinityWeight: number;
  /** Whether what Pods that are there prefer counts only for those that prefer something themselves. */
  readonly ignorePreferredTermsOfExistingPods: boolean;
}

export const INTER_POD_AFFINITY_DEFAULTS: InterPodAffinityArgs = { hardPodAffinityWeight: 1, ignorePreferredTermsOfExistingPods: false };

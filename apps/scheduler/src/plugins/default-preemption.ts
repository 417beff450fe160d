import type { Plugin } from '../framework/plugin.ts';
import { histogram } from '../unschedulable-message.ts';

/** Says what kube-scheduler says of preemption; kubernats evicts nobody, so it never finds victims (docs/differences.md). */
export const defaultPreemption: Plugin = {
  name: 'DefaultPreemption',
  postFilter({ pod }, { refusals }) {
    if (pod.spec?.preemptionPolicy === 'Never') return { message: 'preemption: not eligible due to preemptionPolicy=Never.' };
    const preemption = [...refusals.values()].map((refusal) =>
      refusal.unresolvable ? 'Preemption is not helpful for scheduling' : 'No preemption victims found for incoming pod',
    );
    return { message: `preemption: 0/${refusals.size} nodes are available: ${histogram(preemption)}.` };
  },
};

import type { Plugin } from '../framework/plugin.ts';

/** A Pod with gates is not looked at until the last is taken away. Source: the concept "Pod Scheduling Readiness". */
export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  // Only a change of the Pod itself, which is looked at anyway.
  mayHelp: () => false,
  preEnqueue({ spec }) {
    const gates = spec?.schedulingGates ?? [];
    return gates.length === 0 ? undefined : `waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`;
  },
};

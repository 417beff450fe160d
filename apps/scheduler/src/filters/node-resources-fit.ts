import type { Filter, Refusal } from './filter.ts';

/** What the Pod requests must be free: what the node can allocate, less what its Pods requested (not what they use). */
export const nodeResourcesFit: Filter = {
  name: 'NodeResourcesFit',
  check({ info }, { allocatable, allocatablePods, requested, podCount }) {
    let refusal: Refusal | undefined;
    const refuse = (reason: string, hopeless: boolean): void => {
      refusal ??= { reasons: [], unresolvable: false };
      refusal.reasons.push(reason);
      if (hopeless) refusal.unresolvable = true;
    };
    const fit = (name: string, wanted: number, total: number, taken: number): void => {
      if (wanted > 0 && wanted > total - taken) refuse(`Insufficient ${name}`, wanted > total);
    };
    if (podCount + 1 > allocatablePods) refuse('Too many pods', false);
    const wanted = info.requests;
    fit('cpu', wanted.cpuMilli, allocatable.cpuMilli, requested.cpuMilli);
    fit('memory', wanted.memoryBytes, allocatable.memoryBytes, requested.memoryBytes);
    fit('ephemeral-storage', wanted.ephemeralStorageBytes, allocatable.ephemeralStorageBytes, requested.ephemeralStorageBytes);
    for (const [name, amount] of wanted.other) fit(name, amount, allocatable.other.get(name) ?? 0, requested.other.get(name) ?? 0);
    return refusal;
  },
};

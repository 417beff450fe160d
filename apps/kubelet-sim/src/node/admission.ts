import type { Pod } from '@kubernats/api';
import { refusedForHostPorts } from '../host-ports/admission.ts';
import { refusedUnderMemoryPressure } from '../resources/eviction/admission.ts';
import type { Power } from './power.ts';

/** Why a node does not take a new Pod, in the kubelet's words; undefined: it does. */
export function refusalOf(pod: Pod, { pressure, workers }: Power): { reason: string; message: string } | undefined {
  const forMemory = pressure.isActive ? refusedUnderMemoryPressure(pod) : undefined;
  return forMemory ?? refusedForHostPorts(pod, () => [...workers.values()].flatMap(({ hostPorts }) => hostPorts));
}

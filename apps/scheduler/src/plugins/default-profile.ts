import type { Plugin } from '../framework/plugin.ts';
import type { Profile } from '../framework/profile.ts';
import type { VolumeBinder } from '../loop/volume-binder.ts';
import { defaultPreemption } from './default-preemption.ts';
import { imageLocality } from './image-locality.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodeName } from './node-name.ts';
import { nodePorts } from './node-ports.ts';
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from './node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';
import { nodeVolumeLimits } from './node-volume-limits.ts';
import { schedulingGates } from './scheduling-gates.ts';
import { taintToleration } from './taint-toleration.ts';
import { volumeBinding } from './volume-binding.ts';
import { volumeRestrictions } from './volume-restrictions.ts';
import { volumeZone } from './volume-zone.ts';

/** kube-scheduler's plug-ins, in its order and with its weights. */
export function defaultProfile(schedulerName: string, binder: Pick<VolumeBinder, 'assume' | 'bind'>): Profile {
  const podAffinity = interPodAffinity() as Plugin;
  const binding = volumeBinding(binder) as Plugin;
  return {
    schedulerName,
    preEnqueue: [schedulingGates],
    filter: [
      nodeUnschedulable,
      nodeName as Plugin,
      taintToleration,
      nodeAffinity as Plugin,
      nodePorts,
      nodeResourcesFit,
      volumeRestrictions,
      nodeVolumeLimits as Plugin,
      binding,
      volumeZone as Plugin,
      podAffinity,
    ],
    postFilter: [defaultPreemption],
    score: [
      { plugin: taintToleration, weight: 3 },
      { plugin: nodeAffinity as Plugin, weight: 2 },
      { plugin: nodeResourcesFit, weight: 1 },
      { plugin: podAffinity, weight: 2 },
      { plugin: nodeResourcesBalancedAllocation, weight: 1 },
      { plugin: imageLocality as Plugin, weight: 1 },
    ],
    reserve: [binding],
  };
}

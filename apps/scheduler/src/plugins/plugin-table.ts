import type { Client } from '@kubernats/client';
import { defaultArgs, type PluginArgs } from '../config/args.ts';
import type { KnownPlugin } from '../config/enabled-plugins.ts';
import type { ExtensionPoint } from '../config/extension-points.ts';
import type { ClusterView, Plugin } from '../framework/plugin.ts';
import type { WaitingPods } from '../framework/waiting-pods.ts';
import { defaultBinder } from './default-binder.ts';
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
import { podTopologySpread } from './pod-topology-spread.ts';
import { prioritySort } from './priority-sort.ts';
import { schedulingGates } from './scheduling-gates.ts';
import { taintToleration } from './taint-toleration.ts';
import { type PodVolumes, volumeBinding } from './volume-binding.ts';
import { volumeRestrictions } from './volume-restrictions.ts';
import { volumeZone } from './volume-zone.ts';

/** What plug-ins need of the scheduler. */
export interface PluginDeps {
  readonly client: Client;
  readonly binder: PodVolumes;
  readonly waiting: WaitingPods;
  readonly cluster: ClusterView;
}

/** A plug-in that a profile may have. */
export interface PluginRow extends KnownPlugin {
  /** `args`: what the profile's `pluginConfig` says, undefined where it says nothing. */
  create(args: unknown, deps: PluginDeps): Plugin;
}

/** Kube-scheduler's plug-ins: all are in the default profile, in this order. */
export const PLUGIN_TABLE: readonly PluginRow[] = [
  row('SchedulingGates', ['preEnqueue'], () => schedulingGates),
  row('PrioritySort', ['queueSort'], () => prioritySort),
  row('NodeUnschedulable', ['preFilter', 'filter'], () => nodeUnschedulable),
  row('NodeName', ['preFilter', 'filter'], () => nodeName as Plugin),
  { ...row('TaintToleration', ['preFilter', 'filter', 'preScore', 'score'], () => taintToleration), weight: 3 },
  { ...withArgs('NodeAffinity', ['preFilter', 'filter', 'preScore', 'score'], (args) => nodeAffinity(args) as Plugin), weight: 2 },
  row('NodePorts', ['preFilter', 'filter'], () => nodePorts),
  withArgs('NodeResourcesFit', ['preFilter', 'filter', 'score'], nodeResourcesFit),
  row('VolumeRestrictions', ['preFilter', 'filter'], () => volumeRestrictions as Plugin),
  row('NodeVolumeLimits', ['preFilter', 'filter'], () => nodeVolumeLimits as Plugin),
  withArgs('VolumeBinding', ['preFilter', 'filter', 'reserve', 'preBind'], (args, { binder }) => volumeBinding(args, binder) as Plugin),
  row('VolumeZone', ['preFilter', 'filter'], () => volumeZone as Plugin),
  {
    ...withArgs('PodTopologySpread', ['preFilter', 'filter', 'preScore', 'score'], (args) => podTopologySpread(args) as Plugin),
    weight: 2,
  },
  {
    ...withArgs('InterPodAffinity', ['preFilter', 'filter', 'preScore', 'score'], (args) => interPodAffinity(args) as Plugin),
    weight: 2,
  },
  withArgs('DefaultPreemption', ['postFilter'], defaultPreemption),
  withArgs('NodeResourcesBalancedAllocation', ['preScore', 'score'], nodeResourcesBalancedAllocation),
  row('ImageLocality', ['preScore', 'score'], () => imageLocality as Plugin),
  row('DefaultBinder', ['bind'], (_args, { client }) => defaultBinder(client)),
];

function row(name: string, points: readonly ExtensionPoint[], create: PluginRow['create']): PluginRow {
  return { name, points, create };
}

/** A plug-in that is told something: `readConfiguration` has checked it. */
function withArgs<Name extends keyof PluginArgs>(
  name: Name,
  points: readonly ExtensionPoint[],
  create: (args: PluginArgs[Name], deps: PluginDeps) => Plugin,
): PluginRow {
  return row(name, points, (args, deps) => create((args ?? defaultArgs(name)) as PluginArgs[Name], deps));
}

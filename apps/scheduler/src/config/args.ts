import type { LabelSelector, NodeAffinity, TopologySpreadConstraint } from '@kubernats/api';
import * as z from 'zod';

// What plug-ins are told by `pluginConfig`, with Kubernetes' names and defaults. `validate-args.ts` has its rules.
// Source: kube-scheduler configuration (v1), "kubescheduler.config.k8s.io/v1".

const whole = z.int('must be a whole number');
const text = z.string('must be a text');
const flag = z.boolean('must be true or false');

/** What may say of itself which args it is. */
const typed = <Shape extends z.ZodRawShape>(kind: string, shape: Shape) =>
  z.strictObject(
    {
      apiVersion: z.literal('kubescheduler.config.k8s.io/v1', 'must be kubescheduler.config.k8s.io/v1').optional(),
      kind: z.literal(kind, `must be ${kind}`).optional(),
      ...shape,
    },
    'must be a mapping',
  );

/** A weight of 0 is one that was left out. */
const resource = z
  .strictObject({ name: text.min(1, 'must not be empty'), weight: whole.default(0) }, 'must be a mapping')
  .transform(({ name, weight }) => ({ name, weight: weight === 0 ? 1 : weight }));
export type ResourceWeight = z.output<typeof resource>;

const CPU_AND_MEMORY: ResourceWeight[] = ['cpu', 'memory'].map((name) => ({ name, weight: 1 }));
const resources = z
  .array(resource, 'must be a list of resources')
  .default([])
  .transform((given) => (given.length === 0 ? CPU_AND_MEMORY : given));

/** How well a node that is used to so much per cent is liked, 0 to 10. */
const shape = z.array(z.strictObject({ utilization: whole, score: whole }, 'must be a mapping'), 'must be a list of points');
export type Shape = z.output<typeof shape>;

export const SCORING_STRATEGIES = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'] as const;

const scoringStrategy = z.strictObject(
  {
    type: z.enum(SCORING_STRATEGIES, `must be one of ${SCORING_STRATEGIES.join(', ')}`).default('LeastAllocated'),
    resources,
    requestedToCapacityRatio: z.strictObject({ shape: shape.default([]) }, 'must be a mapping').optional(),
  },
  'must be a mapping',
);
export type ScoringStrategy = z.output<typeof scoringStrategy>;

const requirement = z.strictObject({ key: text, operator: text, values: z.array(text).optional() });
const nodeTerm = z.strictObject({ matchExpressions: z.array(requirement).optional(), matchFields: z.array(requirement).optional() });
const addedAffinity: z.ZodType<NodeAffinity> = z.strictObject({
  requiredDuringSchedulingIgnoredDuringExecution: z.strictObject({ nodeSelectorTerms: z.array(nodeTerm) }).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z.array(z.strictObject({ weight: whole, preference: nodeTerm })).optional(),
});

const policy = z.enum(['Honor', 'Ignore'], 'must be Honor or Ignore');
/** `labelSelector` is there to be refused: it follows from each Pod. */
const spreadConstraint = z.strictObject(
  {
    maxSkew: whole,
    topologyKey: text.default(''),
    whenUnsatisfiable: text.default(''),
    labelSelector: z.custom<LabelSelector>().optional(),
    minDomains: whole.optional(),
    nodeAffinityPolicy: policy.optional(),
    nodeTaintsPolicy: policy.optional(),
    matchLabelKeys: z.array(text).optional(),
  },
  'must be a mapping',
) satisfies z.ZodType<TopologySpreadConstraint>;

export const DEFAULTING_TYPES = ['System', 'List'] as const;

/** By the plug-in's name. */
export const PLUGIN_ARGS = {
  NodeResourcesFit: typed('NodeResourcesFitArgs', {
    /** Extended resources that are not looked at. */
    ignoredResources: z.array(text).default([]),
    /** The same for all of a group: `example.com` for `example.com/gpu`. */
    ignoredResourceGroups: z.array(text).default([]),
    scoringStrategy: scoringStrategy.prefault({}),
  }),
  NodeResourcesBalancedAllocation: typed('NodeResourcesBalancedAllocationArgs', { resources }),
  NodeAffinity: typed('NodeAffinityArgs', {
    /** Holds for all Pods of the profile, beside their own. */
    addedAffinity: addedAffinity.optional(),
  }),
  PodTopologySpread: typed('PodTopologySpreadArgs', {
    /** For Pods that have none of their own and belong to a Service or a controller. */
    defaultConstraints: z.array(spreadConstraint, 'must be a list of constraints').default([]),
    /** `System`: Kubernetes' own default constraints. */
    defaultingType: z.enum(DEFAULTING_TYPES, 'must be System or List').default('System'),
  }),
  InterPodAffinity: typed('InterPodAffinityArgs', {
    /** What the required terms of Pods that are there count as a preference. */
    hardPodAffinityWeight: whole.default(1),
    ignorePreferredTermsOfExistingPods: flag.default(false),
  }),
  DefaultPreemption: typed('DefaultPreemptionArgs', {
    /** So many nodes are tried at least: a share of all, in per cent, and a number. All by default (P7), where kube-scheduler tries 10 %. */
    minCandidateNodesPercentage: whole.default(100),
    minCandidateNodesAbsolute: whole.default(100),
  }),
  VolumeBinding: typed('VolumeBindingArgs', {
    bindTimeoutSeconds: whole.default(600),
    shape: shape.optional(),
  }),
} as const;

export type PluginArgs = { readonly [Name in keyof typeof PLUGIN_ARGS]: z.output<(typeof PLUGIN_ARGS)[Name]> };
export type NodeResourcesFitArgs = PluginArgs['NodeResourcesFit'];
export type NodeResourcesBalancedAllocationArgs = PluginArgs['NodeResourcesBalancedAllocation'];
export type NodeAffinityArgs = PluginArgs['NodeAffinity'];
export type PodTopologySpreadArgs = PluginArgs['PodTopologySpread'];
export type InterPodAffinityArgs = PluginArgs['InterPodAffinity'];
export type DefaultPreemptionArgs = PluginArgs['DefaultPreemption'];
export type VolumeBindingArgs = PluginArgs['VolumeBinding'];

export const hasArgs = (name: string): name is keyof PluginArgs => Object.hasOwn(PLUGIN_ARGS, name);

/** What a plug-in is told where nobody says otherwise. */
export const defaultArgs = <Name extends keyof PluginArgs>(name: Name): PluginArgs[Name] => PLUGIN_ARGS[name].parse({}) as PluginArgs[Name];

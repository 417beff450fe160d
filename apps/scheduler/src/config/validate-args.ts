import { checkNodeAffinity } from '@kubernats/api';
import { duplicate, type FieldPath, forbiddenField, invalidValue, notSupported, qualifiedName, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { NodeResourcesFitArgs, PluginArgs, PodTopologySpreadArgs, ResourceWeight, Shape } from './args.ts';

type Check<Args> = (args: Args, path: FieldPath) => Cause[];

const outside = (value: number, min: number, max: number): boolean => value < min || value > max;

/** Kubernetes' rules for what the args say, in its words. Source: kube-scheduler's ValidateKubeSchedulerConfiguration. */
export const ARGS_CHECKS: { readonly [Name in keyof PluginArgs]: Check<PluginArgs[Name]> } = {
  NodeResourcesFit: checkFit,
  NodeResourcesBalancedAllocation({ resources }, path) {
    return resources.flatMap(({ name, weight }, i) => {
      const at = path.child('resources').index(i);
      const again = resources.findIndex((other) => other.name === name) < i;
      return [
        ...(again ? [duplicate(at.child('name'), name)] : []),
        ...(weight === 1 ? [] : [invalidValue(at.child('weight'), weight, 'must be 1')]),
      ];
    });
  },
  NodeAffinity: ({ addedAffinity }, path) => (addedAffinity ? checkNodeAffinity(addedAffinity, path.child('addedAffinity')) : []),
  PodTopologySpread: checkSpread,
  InterPodAffinity({ hardPodAffinityWeight: weight }, path) {
    return outside(weight, 0, 100) ? [invalidValue(path.child('hardPodAffinityWeight'), weight, 'not in valid range [0, 100]')] : [];
  },
  DefaultPreemption({ minCandidateNodesPercentage: share, minCandidateNodesAbsolute: count }, path) {
    const [ofShare, ofCount] = [path.child('minCandidateNodesPercentage'), path.child('minCandidateNodesAbsolute')];
    return [
      ...(outside(share, 0, 100) ? [invalidValue(ofShare, share, 'not in valid range [0, 100]')] : []),
      ...(count < 0 ? [invalidValue(ofCount, count, 'not in valid range [0, inf)')] : []),
      ...(share === 0 && count === 0
        ? [
            invalidValue(ofShare, share, 'cannot be zero at the same time as minCandidateNodesAbsolute'),
            invalidValue(ofCount, count, 'cannot be zero at the same time as minCandidateNodesPercentage'),
          ]
        : []),
    ];
  },
  VolumeBinding({ bindTimeoutSeconds: seconds, shape }, path) {
    const negative = 'invalid BindTimeoutSeconds, should not be a negative value';
    const unexpected = 'unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring';
    return [
      ...(seconds < 0 ? [invalidValue(path.child('bindTimeoutSeconds'), seconds, negative)] : []),
      ...(shape ? [invalidValue(path.child('shape'), shape, unexpected)] : []),
    ];
  },
};

function checkFit({ ignoredResources, ignoredResourceGroups, scoringStrategy }: NodeResourcesFitArgs, path: FieldPath): Cause[] {
  const strategy = path.child('scoringStrategy');
  const { type, resources, requestedToCapacityRatio: ratio } = scoringStrategy;
  // Kubernetes says so when the plug-in is made: without a shape there is nothing to go by.
  const shape = ratio?.shape ?? (type === 'RequestedToCapacityRatio' ? [] : undefined);
  return [
    ...ignoredResources.flatMap((name, i) => checkName(name, path.child('ignoredResources').index(i))),
    ...ignoredResourceGroups.flatMap((group, i) => checkGroup(group, path.child('ignoredResourceGroups').index(i))),
    ...checkWeights(resources, strategy.child('resources')),
    ...(shape ? checkShape(shape, strategy.child('requestedToCapacityRatio', 'shape')) : []),
  ];
}

const checkName = (name: string, path: FieldPath): Cause[] => qualifiedName(name).map((why) => invalidValue(path, name, why));

const checkGroup = (group: string, path: FieldPath): Cause[] => [
  ...(group.includes('/') ? [invalidValue(path, group, "resource group name can't contain '/'")] : []),
  ...checkName(group, path),
];

function checkWeights(resources: readonly ResourceWeight[], path: FieldPath): Cause[] {
  return resources.flatMap(({ name, weight }, i) =>
    outside(weight, 1, 100)
      ? [invalidValue(path.index(i).child('weight'), weight, `resource weight of ${name} not in valid range (0, 100]`)]
      : [],
  );
}

function checkShape(shape: Shape, path: FieldPath): Cause[] {
  if (shape.length === 0) return [required(path, 'at least one point must be specified')];
  const unsorted = shape.findIndex(({ utilization }, i) => i > 0 && (shape[i - 1]?.utilization ?? 0) >= utilization);
  return [
    ...(unsorted < 0
      ? []
      : [
          invalidValue(
            path.index(unsorted).child('utilization'),
            shape[unsorted]?.utilization,
            'values must be sorted in increasing order',
          ),
        ]),
    ...shape.flatMap(({ utilization, score }, i) => [
      ...(outside(utilization, 0, 100)
        ? [invalidValue(path.index(i).child('utilization'), utilization, 'not in valid range [0, 100]')]
        : []),
      ...(outside(score, 0, 10) ? [invalidValue(path.index(i).child('score'), score, 'not in valid range [0, 10]')] : []),
    ]),
  ];
}

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway'];

function checkSpread({ defaultConstraints, defaultingType }: PodTopologySpreadArgs, path: FieldPath): Cause[] {
  const system = defaultingType === 'System' && defaultConstraints.length > 0;
  return [
    ...(system ? [invalidValue(path.child('defaultingType'), defaultingType, 'when .defaultConstraints are not empty')] : []),
    ...defaultConstraints.flatMap((constraint, i) => {
      const { maxSkew, topologyKey, whenUnsatisfiable, labelSelector } = constraint;
      const at = path.child('defaultConstraints').index(i);
      const again = defaultConstraints.findIndex(
        (other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable,
      );
      const deduced = 'constraint must not define a selector, as they deduced for each pod';
      return [
        ...(maxSkew <= 0 ? [invalidValue(at.child('maxSkew'), maxSkew, 'not in valid range (0, inf)')] : []),
        ...(topologyKey === '' ? [required(at.child('topologyKey'), 'can not be empty')] : checkName(topologyKey, at.child('topologyKey'))),
        ...checkAction(whenUnsatisfiable, at.child('whenUnsatisfiable')),
        ...(labelSelector === undefined ? [] : [forbiddenField(at.child('labelSelector'), deduced)]),
        ...(again < i ? [duplicate(at, `{${topologyKey}, ${whenUnsatisfiable}}`)] : []),
      ];
    }),
  ];
}

function checkAction(action: string, path: FieldPath): Cause[] {
  if (action === '') return [required(path, 'can not be empty')];
  return ACTIONS.includes(action) ? [] : [notSupported(path, action, ACTIONS)];
}

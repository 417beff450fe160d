import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLUGIN_TABLE } from '../plugins/plugin-table.ts';
import { defaultArgs } from './args.ts';
import { readConfiguration } from './read-configuration.ts';
import { resolveProfiles } from './resolve-profiles.ts';

const HEAD = { apiVersion: 'kubescheduler.config.k8s.io/v1', kind: 'KubeSchedulerConfiguration' };
const read = (fields: object) => readConfiguration(JSON.stringify({ ...HEAD, ...fields }), 'f.yaml');
const resolve = async (fields: object, custom: Parameters<typeof resolveProfiles>[2] = []) =>
  resolveProfiles(await read(fields), PLUGIN_TABLE, custom);
const namesAt = async (
  point: 'filter' | 'score' | 'queueSort' | 'bind',
  plugins: object,
  custom: Parameters<typeof resolveProfiles>[2] = [],
) =>
  (await resolve({ profiles: [{ plugins }] }, custom))[0]?.enabled[point].map(({ name, weight }) =>
    point === 'score' ? `${name}=${weight}` : name,
  );
const fit = (args: object) => ({ profiles: [{ pluginConfig: [{ name: 'NodeResourcesFit', args }] }] });

describe('P7: what a configuration may not say, with the field', () => {
  const rows: [string, object, string][] = [
    ['an unknown field', { profile: [] }, 'f.yaml: profile: unknown field'],
    ['an unknown field within', { profiles: [{ plugins: { scores: {} } }] }, 'f.yaml: profiles[0].plugins.scores: unknown field'],
    [
      'another version',
      { apiVersion: 'kubescheduler.config.k8s.io/v1beta3' },
      'f.yaml: apiVersion: must be kubescheduler.config.k8s.io/v1',
    ],
    [
      'no nodes at all',
      { percentageOfNodesToScore: 101 },
      'f.yaml: percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]',
    ],
    ['a type', { parallelism: '16' }, 'f.yaml: parallelism: must be a whole number'],
    ['no threads', { parallelism: 0 }, 'f.yaml: parallelism: Invalid value: 0: should be an integer value greater than zero'],
    ['no backoff', { podInitialBackoffSeconds: 0 }, 'f.yaml: podInitialBackoffSeconds: Invalid value: 0: must be greater than 0'],
    [
      'a backoff that shrinks',
      { podInitialBackoffSeconds: 20 },
      'f.yaml: podMaxBackoffSeconds: Invalid value: 10: must be greater than or equal to PodInitialBackoffSeconds',
    ],
    [
      'two profiles of one name',
      { profiles: [{ schedulerName: 'a' }, { schedulerName: 'a' }] },
      'f.yaml: profiles[1].schedulerName: Duplicate value: "a"',
    ],
    ['no name', { profiles: [{ schedulerName: '' }] }, 'f.yaml: profiles[0].schedulerName: Required value'],
    [
      'extenders',
      { extenders: [{ urlPrefix: 'http://x' }] },
      'f.yaml: extenders: Forbidden: kubernats calls no extenders: write a plug-in instead',
    ],
    [
      'another Lease',
      { leaderElection: { resourceName: 'mine' } },
      'f.yaml: leaderElection.resourceName: Unsupported value: "mine": supported values: "kube-scheduler"',
    ],
    [
      'a Lease that ends before it is renewed',
      { leaderElection: { leaseDuration: '5s' } },
      'f.yaml: leaderElection.leaseDuration: Invalid value: "10s": LeaseDuration must be greater than RenewDeadline',
    ],
    [
      'args twice',
      { profiles: [{ pluginConfig: [{ name: 'NodeAffinity' }, { name: 'NodeAffinity' }] }] },
      'f.yaml: profiles[0].pluginConfig[1]: Duplicate value: "NodeAffinity"',
    ],
    ['an unknown argument', fit({ ignored: [] }), 'f.yaml: profiles[0].pluginConfig[0].args.ignored: unknown field'],
    [
      'a weight',
      fit({ scoringStrategy: { resources: [{ name: 'cpu', weight: 101 }] } }),
      'f.yaml: profiles[0].pluginConfig[0].args.scoringStrategy.resources[0].weight: Invalid value: 101: resource weight of cpu not in valid range (0, 100]',
    ],
    [
      'a shape without points',
      fit({ scoringStrategy: { type: 'RequestedToCapacityRatio' } }),
      'f.yaml: profiles[0].pluginConfig[0].args.scoringStrategy.requestedToCapacityRatio.shape: Required value: at least one point must be specified',
    ],
    [
      'a group with a slash',
      fit({ ignoredResourceGroups: ['example.com/gpu'] }),
      "f.yaml: profiles[0].pluginConfig[0].args.ignoredResourceGroups[0]: Invalid value: \"example.com/gpu\": resource group name can't contain '/'",
    ],
    [
      'default constraints beside those of the system',
      {
        profiles: [
          {
            pluginConfig: [
              {
                name: 'PodTopologySpread',
                args: { defaultConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }] },
              },
            ],
          },
        ],
      },
      'f.yaml: profiles[0].pluginConfig[0].args.defaultingType: Invalid value: "System": when .defaultConstraints are not empty',
    ],
    [
      'an affinity that selects nothing',
      {
        profiles: [
          {
            pluginConfig: [
              {
                name: 'NodeAffinity',
                args: { addedAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
              },
            ],
          },
        ],
      },
      'f.yaml: profiles[0].pluginConfig[0].args.addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
  ];
  test.each(rows)('%s', async (_name, fields, message) => {
    await expect(read(fields)).rejects.toThrow(message);
  });

  const wrongPlugins: [string, object, string][] = [
    [
      'a plug-in that is not there',
      { filter: { enabled: [{ name: 'Moon' }] } },
      'plugins.filter.enabled[0].name: Invalid value: "Moon": there is no such plug-in',
    ],
    [
      'one at a point where it does nothing',
      { score: { enabled: [{ name: 'NodeName' }] } },
      'plugins.score.enabled[0].name: Invalid value: "NodeName": does not extend score',
    ],
    [
      'one twice',
      { multiPoint: { enabled: [{ name: 'NodeName' }, { name: 'NodeName' }] } },
      'Invalid value: "NodeName": already registered',
    ],
    [
      'nobody who binds',
      { bind: { disabled: [{ name: '*' }] } },
      'plugins.bind.enabled: Invalid value: "": at least one bind plugin is needed',
    ],
    ['nobody who sorts', { multiPoint: { disabled: [{ name: 'PrioritySort' }] } }, 'exactly one queue sort plugin is needed, but got 0'],
    [
      'half a plug-in',
      { preFilter: { disabled: [{ name: 'NodePorts' }] } },
      'plugins.preFilter: Forbidden: NodePorts needs what it finds out here at filter',
    ],
  ];
  test.each(wrongPlugins)('%s', async (_name, plugins, message) => {
    await expect(resolve({ profiles: [{ plugins }] })).rejects.toThrow(message);
  });
});

test('what makes no difference is named', async () => {
  const { warnings } = await read({ clientConnection: { kubeconfig: '/etc/kubernetes/scheduler.conf' }, parallelism: 16 });
  expect(warnings).toEqual([
    'f.yaml: clientConnection has no effect: the scheduler reaches the API server over NATS',
    'f.yaml: parallelism has no effect: decisions are made by one thread',
  ]);
});

test('P7: YAML, times, percentages of profiles over those of all, and values that are left empty', async () => {
  const content = `
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
percentageOfNodesToScore: 50
podMaxBackoffSeconds: 60
leaderElection: { leaseDuration: 30s }
profiles:
  - plugins:
  - schedulerName: other
    percentageOfNodesToScore: 10
`;
  const { profiles, backoff, leaderElection } = await readConfiguration(content, 'f.yaml');
  expect(profiles.map(({ schedulerName, percentageOfNodesToScore }) => [schedulerName, percentageOfNodesToScore])).toEqual([
    ['default-scheduler', 50],
    ['other', 10],
  ]);
  expect(backoff).toEqual({ initialBackoffMs: 1_000, maxBackoffMs: 60_000 });
  expect(leaderElection.leaseDurationMs).toBe(30_000);
});

describe('P7: who is asked', () => {
  test('by default all, with their weights', async () => {
    expect(await namesAt('score', {})).toEqual([
      'TaintToleration=3',
      'NodeAffinity=2',
      'NodeResourcesFit=1',
      'PodTopologySpread=2',
      'InterPodAffinity=2',
      'NodeResourcesBalancedAllocation=1',
      'ImageLocality=1',
    ]);
  });

  test('the weight at score wins over that at multiPoint, and 0 is as if it was left out', async () => {
    const plugins = {
      multiPoint: {
        enabled: [
          { name: 'NodeAffinity', weight: 7 },
          { name: 'ImageLocality', weight: 5 },
        ],
      },
      score: {
        enabled: [
          { name: 'ImageLocality', weight: 9 },
          { name: 'NodeResourcesFit', weight: 0 },
        ],
      },
    };
    // Those that the point names as well come first, in its order.
    expect(await namesAt('score', plugins)).toEqual([
      'ImageLocality=9',
      'NodeResourcesFit=1',
      'TaintToleration=3',
      'NodeAffinity=7',
      'PodTopologySpread=2',
      'InterPodAffinity=2',
      'NodeResourcesBalancedAllocation=1',
    ]);
  });

  test('what is disabled everywhere may be enabled at a point', async () => {
    const plugins = {
      multiPoint: { disabled: [{ name: '*' }], enabled: [{ name: 'PrioritySort' }, { name: 'DefaultBinder' }] },
      filter: { enabled: [{ name: 'VolumeZone' }, { name: 'NodeName' }] },
      preFilter: { enabled: [{ name: 'NodeName' }, { name: 'VolumeZone' }] },
    };
    expect(await namesAt('filter', plugins)).toEqual(['VolumeZone', 'NodeName']);
    expect(await namesAt('score', plugins)).toEqual([]);
  });

  const mine = { name: 'Mine', points: ['score', 'queueSort', 'bind'] as const, weight: 4 };
  test('a plug-in of the user that nobody names is a default one: before who binds all, and in the place of who sorts', async () => {
    expect(await namesAt('bind', {}, [mine])).toEqual(['Mine', 'DefaultBinder']);
    expect(await namesAt('queueSort', {}, [mine])).toEqual(['Mine']);
    expect(await namesAt('score', { score: { disabled: [{ name: 'Mine' }] } }, [mine])).not.toContain('Mine=1');
  });

  test('one that a profile names is there alone', async () => {
    const profiles = [{ plugins: { score: { enabled: [{ name: 'Mine', weight: 2 }] } } }, { schedulerName: 'other' }];
    const [first, second] = await resolve({ profiles }, [mine]);
    expect([first?.enabled.score.at(-1), first?.enabled.queueSort[0]?.name]).toEqual([{ name: 'Mine', weight: 2 }, 'PrioritySort']);
    expect(second?.enabled.score.some(({ name }) => name === 'Mine')).toBe(false);
  });

  test('all profiles sort the queue in one way', async () => {
    const sorted = { queueSort: { disabled: [{ name: '*' }], enabled: [{ name: 'Mine' }] } };
    await expect(resolve({ profiles: [{}, { schedulerName: 'other', plugins: sorted }] }, [mine])).rejects.toThrow(
      'profiles[1].plugins.queueSort: Invalid value: "Mine": queueSort must be the same for all profiles',
    );
  });
});

const FULL = {
  ...HEAD,
  parallelism: 16,
  leaderElection: { leaderElect: true, leaseDuration: '15s' },
  profiles: [
    {
      schedulerName: 'a',
      percentageOfNodesToScore: 30,
      plugins: { multiPoint: { enabled: [{ name: 'NodeName', weight: 1 }], disabled: [{ name: '*' }] }, score: {} },
      pluginConfig: ['NodeResourcesFit', 'DefaultPreemption'].map((name) => ({ name, args: defaultArgs(name as 'NodeResourcesFit') })),
    },
  ],
};

test('no configuration, however wrong, does more than be refused', async () => {
  const paths: (readonly (string | number)[])[] = [];
  const walk = (value: unknown, path: readonly (string | number)[]): void => {
    paths.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) walk(Reflect.get(value, key), [...path, Array.isArray(value) ? Number(key) : key]);
  };
  walk(FULL, []);
  const strange = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('*', '', '__proto__', -1, 1e99, null),
    fc.constant(JSON.parse('{"__proto__":{"a":1}}')),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), strange, async (path, value) => {
      const mutated: unknown = path.length === 0 ? value : structuredClone(FULL);
      const parent = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(at as object, key), mutated);
      if (path.length > 0) Reflect.set(parent as object, path.at(-1) ?? '', value);
      const outcome = await readConfiguration(JSON.stringify(mutated) ?? '', 'f.yaml')
        .then((configuration) => resolveProfiles(configuration, PLUGIN_TABLE, []))
        .then(
          () => 'taken',
          (error: Error) => `${error.name}: ${error.message}`,
        );
      expect(outcome).toMatch(/^taken$|^FileError: f\.yaml: /);
    }),
    { numRuns: 500 },
  );
});

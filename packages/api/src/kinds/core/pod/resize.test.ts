import { describe, expect, test } from 'vitest';
import { CONTEXT, create, problems, rowOf } from '../../../../test/harness.ts';
import { type Container, decodeValue, type Pod, validateUpdate } from '../../../index.ts';

const pods = rowOf('pods');
const container = (more: Partial<Container> = {}): Container => ({
  name: 'main',
  image: 'nginx:1.27',
  resources: { requests: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '1Gi' }, limits: { cpu: '200m' } },
  ...more,
});
const pod = (containers: Container[], more: Pod['spec'] = { containers: [] }): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', creationTimestamp: '2026-11-24T11:00:00Z' },
  spec: { ...more, containers },
});

/** The Pod after an update through the subresource, and what was wrong with it. */
function through(old: Pod, change: (draft: Pod & { spec: { containers: Container[] } }) => void): { next: Pod; wrong: string[] } {
  const draft = structuredClone(old);
  change(draft as Pod & { spec: { containers: Container[] } });
  const next: Pod = decodeValue(pods, draft).object;
  const rules = pods.strategy.subresources?.resize ?? {};
  pods.strategy.default?.(next);
  rules.prepareForUpdate?.(next, old, CONTEXT);
  return { next, wrong: validateUpdate(pods, next, old, CONTEXT, rules).map(({ field, message }) => `${field}: ${message}`) };
}

const main = ({ spec }: { spec: { containers: Container[] } }): Container => spec.containers[0] as Container;
const setTo = (resources: Container['resources']) => (draft: { spec: { containers: Container[] } }) => {
  main(draft).resources = resources;
};

describe('R1: pods/resize', () => {
  const old = create(pods, pod([container()]));

  test('changes requests and limits, and nothing else', () => {
    const { next, wrong } = through(old, (draft) => {
      main(draft).resources = {
        requests: { cpu: '150m', memory: '128Mi', 'ephemeral-storage': '1Gi' },
        limits: { cpu: '300m', memory: '1Gi' },
      };
      main(draft).image = 'other:1';
      Object.assign(draft.spec, { nodeName: 'node9' });
      Object.assign(draft, { status: { phase: 'Running' }, metadata: { ...draft.metadata, labels: { a: 'b' } } });
    });
    expect(wrong).toEqual([]);
    expect(next.spec?.containers[0]).toMatchObject({
      image: 'nginx:1.27',
      resources: { requests: { cpu: '150m', memory: '128Mi', 'ephemeral-storage': '1Gi' }, limits: { cpu: '300m', memory: '1Gi' } },
    });
    expect(next.spec?.nodeName).toBeUndefined();
    expect(next.metadata?.labels).toBeUndefined();
    expect(next.status).toEqual(old.status);
  });

  test('amounts may be added, and not removed', () => {
    expect(through(old, setTo({ requests: { cpu: '100m', 'ephemeral-storage': '1Gi' } })).wrong).toEqual([
      'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
      'spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed',
    ]);
  });

  test('of other resources nothing changes, and how resources are changed stays', () => {
    const policy = through(old, (draft) => {
      main(draft).resizePolicy = [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }];
    });
    expect(policy.wrong).toEqual(['spec: Forbidden: only cpu and memory resources are mutable']);
    const more = { requests: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '2Gi' }, limits: { cpu: '200m' } };
    expect(through(old, setTo(more)).wrong).toEqual(['spec: Forbidden: only cpu and memory resources are mutable']);
  });

  test('the quality of service stays, and what is asked for stays below the limit', () => {
    const bare = create(pods, pod([container({ resources: {} })]));
    expect(through(bare, setTo({ requests: { memory: '40Mi' } })).wrong).toEqual([
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ]);
    const above = { requests: { cpu: '1', memory: '64Mi', 'ephemeral-storage': '1Gi' }, limits: { cpu: '200m' } };
    expect(through(old, setTo(above)).wrong).toEqual([
      'spec.containers[0].resources.requests: Invalid value: "1": must be less than or equal to cpu limit of 200m',
    ]);
  });

  test('containers stay where and what they are', () => {
    const two = create(pods, pod([container(), container({ name: 'other' })]));
    const { wrong } = through(two, (draft) => {
      draft.spec.containers.reverse();
    });
    expect(wrong).toEqual([
      'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize',
      'spec.containers[1].name: Forbidden: containers may not be renamed or reordered on resize',
    ]);
    const fewer = through(two, (draft) => {
      draft.spec.containers.pop();
    });
    expect(fewer.wrong).toEqual(['spec.containers: Forbidden: containers may not be added or removed on resize']);
  });

  test('init containers that end keep what they have; sidecars may have more', () => {
    const resources = { requests: { cpu: '100m' } };
    const initContainers = [container({ name: 'init', resources }), container({ name: 'side', resources, restartPolicy: 'Always' })];
    const withInit = create(pods, pod([container()], { containers: [], initContainers }));
    const { wrong } = through(withInit, (draft) => {
      for (const each of draft.spec.initContainers ?? []) each.resources = { requests: { cpu: '150m' } };
    });
    expect(wrong).toEqual(['spec.initContainers[0].resources: Forbidden: resources for non-sidecar init containers are immutable']);
  });
});

test('R1: resize policies are checked', () => {
  const policies = (resizePolicy: Container['resizePolicy'], more: Partial<Container> = {}) => container({ resizePolicy, ...more });
  const cpu = { resourceName: 'cpu', restartPolicy: 'RestartContainer' };
  expect(problems(pods, pod([policies([cpu, cpu, { resourceName: 'gpu', restartPolicy: 'Maybe' }])]))).toEqual([
    'spec.containers[0].resizePolicy[1]: Duplicate value: "cpu"',
    'spec.containers[0].resizePolicy: Unsupported value: "gpu": supported values: "cpu", "memory"',
    'spec.containers[0].resizePolicy: Unsupported value: "Maybe": supported values: "NotRequired", "RestartContainer"',
  ]);
  expect(problems(pods, pod([policies([cpu])], { containers: [], restartPolicy: 'Never' }))).toEqual([
    "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when `restartPolicy` is 'Never'",
  ]);
  const init = { containers: [], initContainers: [policies([cpu], { name: 'init' })] };
  expect(problems(pods, pod([container()], init))).toEqual([
    'spec.initContainers[0].resizePolicy: Invalid value: [{"resourceName":"cpu","restartPolicy":"RestartContainer"}]: must not be set for init containers',
  ]);
});

import { describe, expect, test } from 'vitest';
import { create, problems, rowOf } from '../../../../test/harness.ts';
import type { Container, Deployment, PersistentVolumeClaim, Pod, PodSpec } from '../../../index.ts';

const pods = rowOf('pods');
const container = (more: Partial<Container> = {}): Container => ({ name: 'main', image: 'nginx:1.27', ...more });
const pod = (spec: Partial<PodSpec>, name = 'web'): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: { containers: [container()], ...spec },
});
const warned = (object: Pod): string[] => {
  expect(problems(pods, object)).toEqual([]);
  return pods.strategy.warnings?.(create(pods, object), undefined) ?? [];
};

describe('R1: what Kubernetes warns of in a Pod', () => {
  test('parts of a byte', () => {
    const resources = { limits: { memory: '100m', cpu: '100m' }, requests: { memory: '0', 'ephemeral-storage': '1500m' } };
    expect(warned(pod({ containers: [container({ resources })] }))).toEqual([
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
      'spec.containers[0].resources.requests[ephemeral-storage]: fractional byte value "1500m" is invalid, must be an integer',
    ]);
  });

  test('a value that hides another, unless it is made of it', () => {
    const env = [
      { name: 'PATH', value: '/bin' },
      { name: 'PATH', value: '$(PATH):/usr/bin' },
      { name: 'A', value: '1' },
      { name: 'A', value: '$(A)' },
    ];
    expect(warned(pod({ initContainers: [container({ name: 'init', env })] }))).toEqual([
      'spec.initContainers[0].env[3]: hides previous definition of "A", which may be dropped when using apply',
    ]);
  });

  test('aliases and secrets that come twice or say nothing, a grace period below 0', () => {
    const hostAliases = [
      { ip: '10.0.0.1', hostnames: ['a'] },
      { ip: '10.0.0.1', hostnames: ['b'] },
    ];
    expect(warned(pod({ hostAliases, imagePullSecrets: [{ name: 'a' }, {}, { name: 'a' }], terminationGracePeriodSeconds: -1 }))).toEqual([
      'spec.hostAliases[1].ip: duplicate ip "10.0.0.1"',
      'spec.imagePullSecrets[2].name: duplicate name "a"',
      'spec.imagePullSecrets[1].name: invalid empty name ""',
      'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
    ]);
  });

  test('selectors that are not there', () => {
    const term = { topologyKey: 'zone' };
    const podAffinity = {
      requiredDuringSchedulingIgnoredDuringExecution: [{ ...term, labelSelector: {} }, term],
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }],
    };
    const topologySpreadConstraints = [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }];
    const why = 'a null labelSelector results in matching no pod';
    expect(warned(pod({ affinity: { podAffinity }, topologySpreadConstraints }))).toEqual([
      `spec.topologySpreadConstraints[0].labelSelector: ${why}`,
      `spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[1].labelSelector: ${why}`,
      `spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: ${why}`,
    ]);
  });

  test('annotations that have become fields', () => {
    const annotations = {
      'scheduler.alpha.kubernetes.io/critical-pod': '',
      'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default',
      'container.apparmor.security.beta.kubernetes.io/main': 'unconfined',
      'container.apparmor.security.beta.kubernetes.io/other': 'unconfined',
    };
    const object = pod({});
    const told = [
      'metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
      'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/main]: deprecated since v1.30; use the "appArmorProfile" field instead',
    ];
    expect(warned({ ...object, metadata: { ...object.metadata, annotations } })).toEqual(told);
    const deployment: Deployment = {
      metadata: { name: 'web' },
      spec: { selector: {}, template: { metadata: { annotations }, spec: { containers: [container()] } } },
    };
    expect(rowOf('deployments', 'apps').strategy.warnings?.(deployment, undefined)).toEqual(told.map((text) => `spec.template.${text}`));
  });

  test('old names of labels', () => {
    const matchExpressions = [{ key: 'beta.kubernetes.io/os', operator: 'Exists' }];
    const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } };
    expect(warned(pod({ nodeSelector: { 'beta.kubernetes.io/arch': 'amd64' }, affinity: { nodeAffinity } }))).toEqual([
      'spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "kubernetes.io/arch" instead',
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: ' +
        'beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
    ]);
  });
});

test('R1: names with dots are no host names', () => {
  const rest = 'which can result in surprising behavior; a DNS label is recommended: [must not contain dots]';
  expect(warned(pod({}, 'a.b'))).toEqual([`metadata.name: this is used in the Pod's hostname, ${rest}`]);
  const { strategy } = rowOf('deployments', 'apps');
  const deployment: Deployment = { metadata: { name: 'web-v1.1' } };
  expect(strategy.warnings?.(deployment, undefined)).toEqual([`metadata.name: this is used in Pod names and hostnames, ${rest}`]);
  expect(strategy.warnings?.(deployment, deployment)).toEqual([]);
});

test('R1: a claim of parts of a byte', () => {
  const claim: PersistentVolumeClaim = { metadata: { name: 'a' }, spec: { resources: { requests: { storage: '200m' } } } };
  expect(rowOf('persistentvolumeclaims').strategy.warnings?.(claim, undefined)).toEqual([
    'spec.resources.requests[storage]: fractional byte value "200m" is invalid, must be an integer',
  ]);
});

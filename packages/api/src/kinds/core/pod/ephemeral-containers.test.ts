import { describe, expect, test } from 'vitest';
import { CONTEXT, create, problems, rowOf } from '../../../../test/harness.ts';
import { decodeValue, type EphemeralContainer, type Pod, type PodSpec, validateUpdate } from '../../../index.ts';

const pods = rowOf('pods');
const pod = (spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', creationTimestamp: '2026-11-24T11:00:00Z' },
  spec: { containers: [{ name: 'main', image: 'nginx:1.27' }], volumes: [{ name: 'data', emptyDir: {} }], ...spec },
});
const debug = (more: Partial<EphemeralContainer> = {}): EphemeralContainer => ({ name: 'debug', image: 'busybox', ...more });

/** The Pod after an update through the subresource, and what was wrong with it. */
function through(old: Pod, change: (draft: Pod) => void): { next: Pod; problems: string[]; warnings: string[] } {
  const draft = structuredClone(old);
  change(draft);
  const next: Pod = decodeValue(pods, draft).object;
  const rules = pods.strategy.subresources?.ephemeralcontainers ?? {};
  pods.strategy.default?.(next);
  rules.prepareForUpdate?.(next, old, CONTEXT);
  const causes = validateUpdate(pods, next, old, CONTEXT, rules);
  return { next, problems: causes.map(({ field, message }) => `${field}: ${message}`), warnings: rules.warnings?.(next, old) ?? [] };
}
const add =
  (...more: EphemeralContainer[]) =>
  (draft: Pod): void => {
    if (draft.spec) draft.spec.ephemeralContainers = [...(draft.spec.ephemeralContainers ?? []), ...more];
  };

describe('pods/ephemeralcontainers', () => {
  const old = create(pods, pod());

  test('adds a container, with its defaults', () => {
    const { next, problems: wrong, warnings } = through(old, add(debug({ targetContainerName: 'main', stdin: true, tty: true })));
    expect(wrong).toEqual([]);
    expect(next.spec?.ephemeralContainers).toEqual([
      {
        name: 'debug',
        image: 'busybox',
        imagePullPolicy: 'Always',
        resources: {},
        stdin: true,
        tty: true,
        targetContainerName: 'main',
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ]);
    expect(warnings.filter((text) => !/\.(stdin|tty|targetContainerName):/.test(text))).toEqual([]);
  });

  test('changes nothing else', () => {
    const { next } = through(old, (draft) => {
      Object.assign(draft.spec ?? {}, { nodeName: 'node9' });
      Object.assign(draft, { metadata: { ...draft.metadata, labels: { a: 'b' } }, status: { phase: 'Running' } });
    });
    expect({ ...next, metadata: { ...next.metadata } }).toEqual({ ...old, metadata: { ...old.metadata } });
  });

  test('R1: what has no effect in it is named once, when it is added', () => {
    const { next, warnings } = through(old, add(debug({ securityContext: { privileged: true } })));
    expect(warnings).toEqual(['spec.ephemeralContainers[0].securityContext: not honoured by this version of kubernats yet']);
    expect(through(next, add(debug({ name: 'more' }))).warnings).toEqual([]);
  });

  const with1 = through(old, add(debug())).next;
  test.each<[string, Pod, (draft: Pod) => void, string[]]>([
    [
      'a container that is there may not go',
      with1,
      (draft) => delete draft.spec?.ephemeralContainers,
      ['spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n'],
    ],
    [
      'nor change',
      with1,
      (draft) => Object.assign(draft.spec?.ephemeralContainers?.[0] ?? {}, { image: 'alpine' }),
      ['spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be changed\n'],
    ],
    ['names differ from all others', old, add(debug({ name: 'main' })), ['spec.ephemeralContainers[0].name: Duplicate value: "main"']],
    [
      'the target must be there',
      old,
      add(debug({ targetContainerName: 'other' })),
      ['spec.ephemeralContainers[0].targetContainerName: Not found: "other"'],
    ],
    ['and it needs an image', old, add({ name: 'debug' }), ['spec.ephemeralContainers[0].image: Required value']],
    [
      'no ports, probes, hooks, resources or restarts',
      old,
      add(
        debug({
          ports: [{ containerPort: 80 }],
          livenessProbe: { exec: { command: ['x'] } },
          resources: { limits: { cpu: '1' } },
          restartPolicy: 'Always',
        }),
      ),
      ['livenessProbe', 'ports', 'resources', 'restartPolicy'].map(
        (field) => `spec.ephemeralContainers[0].${field}: Forbidden: cannot be set for an Ephemeral Container`,
      ),
    ],
    [
      'no part of a volume',
      old,
      add(debug({ volumeMounts: [{ name: 'data', mountPath: '/data', subPath: 'x' }] })),
      ['spec.ephemeralContainers[0].volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container'],
    ],
  ])('%s', (_case, before, change, expected) => {
    expect(through(before, change).problems.toSorted()).toEqual(expected);
  });

  test('a new Pod cannot bring them, nor a template', () => {
    expect(problems(pods, pod({ ephemeralContainers: [debug()] }))).toEqual([
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ]);
    const template = { metadata: { labels: { a: 'b' } }, spec: { ...pod().spec, ephemeralContainers: [debug()] } };
    const set = { metadata: { name: 'a', namespace: 'b' }, spec: { selector: { matchLabels: { a: 'b' } }, template } };
    expect(problems(rowOf('replicasets', 'apps'), set)).toEqual([
      'spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template',
    ]);
  });
});

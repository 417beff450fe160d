import { describe, expect, test } from 'vitest';
import { CONTEXT, cells, create, problems, rowOf, update } from '../../../test/harness.ts';
import type { Container, Pod, PodSpec, PodStatus } from '../../index.ts';

const pods = rowOf('pods');
const container = (more: Partial<Container> = {}): Container => ({ name: 'a', image: 'nginx:1.27', ...more });
const pod = (spec: Partial<PodSpec> = {}, status?: PodStatus): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', creationTimestamp: '2026-11-24T11:00:00Z' },
  spec: { containers: [container()], ...spec },
  ...(status ? { status } : {}),
});

const mounting = (mount: object): Partial<PodSpec> => ({
  volumes: [{ name: 'v', emptyDir: {} }],
  containers: [container({ volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }] })],
});

describe('defaults', () => {
  test('the smallest Pod', () => {
    expect(create(pods, pod())).toMatchObject({
      spec: {
        containers: [
          {
            name: 'a',
            image: 'nginx:1.27',
            imagePullPolicy: 'IfNotPresent',
            resources: {},
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
          },
        ],
        restartPolicy: 'Always',
        dnsPolicy: 'ClusterFirst',
        schedulerName: 'default-scheduler',
        securityContext: {},
        enableServiceLinks: true,
        terminationGracePeriodSeconds: 30,
        serviceAccountName: 'default',
        serviceAccount: 'default',
        tolerations: [
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
          { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        ],
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
  });

  test.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['localhost:5000/nginx', 'Always'],
    ['localhost:5000/nginx:1', 'IfNotPresent'],
    ['nginx@sha256:abc', 'IfNotPresent'],
  ])('the image %s is pulled %s', (image, policy) => {
    expect(create(pods, pod({ containers: [container({ image })] })).spec?.containers[0]?.imagePullPolicy).toBe(policy);
  });

  test('what is limited is requested', () => {
    const made = create(
      pods,
      pod({ containers: [container({ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } })] }),
    );
    expect(made.spec?.containers[0]?.resources?.requests).toEqual({ cpu: '500m', memory: '1Gi' });
  });

  test('probes, ports, volumes', () => {
    const made = create(
      pods,
      pod({
        containers: [container({ ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 80 } } })],
        volumes: [{ name: 'a', configMap: { name: 'c' } }, { name: 'b', hostPath: { path: '/x' } }, { name: 'c' }],
      }),
    );
    expect(made.spec?.containers[0]).toMatchObject({
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      livenessProbe: {
        httpGet: { path: '/', scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
    });
    expect(made.spec?.volumes).toEqual([
      { name: 'a', configMap: { name: 'c', defaultMode: 420 } },
      { name: 'b', hostPath: { path: '/x', type: '' } },
      { name: 'c', emptyDir: {} },
    ]);
  });

  test('defaulting twice changes nothing', () => {
    const once = create(pods, pod());
    const twice = structuredClone(once);
    pods.strategy.default?.(twice);
    expect(twice).toEqual(once);
  });

  test.each([
    [{}, 'BestEffort'],
    [{ requests: { cpu: '1' } }, 'Burstable'],
    [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } }, 'Burstable'],
  ])('resources %o are %s', (resources, qosClass) => {
    expect(create(pods, pod({ containers: [container({ resources })] })).status?.qosClass).toBe(qosClass);
  });

  test.each([
    [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ requests: { cpu: '1' }, limits: { cpu: '2', memory: '1Gi' } }, 'Burstable'],
    [{ requests: { memory: '1Gi' } }, 'Burstable'],
    [{}, 'BestEffort'],
  ])('resources %o of the Pod as a whole are %s', (resources, qosClass) => {
    expect(create(pods, pod({ resources })).status?.qosClass).toBe(qosClass);
  });
});

describe('validation', () => {
  test.each<[string, Partial<PodSpec>, string[]]>([
    ['no containers', { containers: [] }, ['spec.containers: Required value']],
    ['no image', { containers: [{ name: 'a' }] }, ['spec.containers[0].image: Required value']],
    ['no name', { containers: [container({ name: '' })] }, ['spec.containers[0].name: Required value']],
    ['two of a name', { containers: [container(), container()] }, ['spec.containers[1].name: Duplicate value: "a"']],
    [
      'a mount without its volume',
      { containers: [container({ volumeMounts: [{ name: 'x', mountPath: '/x' }] })] },
      ['spec.containers[0].volumeMounts[0].name: Not found: "x"'],
    ],
    [
      'two mounts at one place',
      {
        volumes: [{ name: 'x', emptyDir: {} }],
        containers: [
          container({
            volumeMounts: [
              { name: 'x', mountPath: '/x' },
              { name: 'x', mountPath: '/x' },
            ],
          }),
        ],
      },
      ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique'],
    ],
    [
      'two volumes of a name',
      {
        volumes: [
          { name: 'x', emptyDir: {} },
          { name: 'x', emptyDir: {} },
        ],
      },
      ['spec.volumes[1].name: Duplicate value: "x"'],
    ],
    [
      'a volume of two kinds',
      { volumes: [{ name: 'x', emptyDir: {}, hostPath: { path: '/' } }] },
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'a path that leaves the node',
      { volumes: [{ name: 'x', hostPath: { path: '/a/../..' } }] },
      ['spec.volumes[0].hostPath.path: Invalid value: "/a/../..": must not contain \'..\''],
    ],
    [
      'restartPolicy',
      { restartPolicy: 'Sometimes' },
      ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'a port out of range',
      { containers: [container({ ports: [{ containerPort: 70_000 }] })] },
      ['spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive'],
    ],
    [
      'a protocol',
      { containers: [container({ ports: [{ containerPort: 80, protocol: 'HTTP' }] })] },
      ['spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"'],
    ],
    [
      'more requested than allowed',
      { containers: [container({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } })] },
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      'an environment variable from nowhere',
      { containers: [container({ env: [{ name: 'A', valueFrom: {} }] })] },
      [
        'spec.containers[0].env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ],
    ],
    [
      'a probe without a handler',
      { containers: [container({ livenessProbe: {} })] },
      ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
    ],
    [
      'a probe of an init container',
      { initContainers: [container({ name: 'i', livenessProbe: { exec: { command: ['x'] } } })] },
      ['spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always'],
    ],
    [
      'restart rules without a policy of the container',
      { containers: [container({ restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] })] },
      ['spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used'],
    ],
    [
      'a restart rule that says nothing',
      {
        containers: [
          container({
            restartPolicy: 'Never',
            restartPolicyRules: [{ action: 'Stay' }, { action: 'Restart', exitCodes: { operator: '' } }],
          }),
        ],
      },
      [
        'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stay": supported values: "Restart", "RestartAllContainers"',
        'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
        'spec.containers[0].restartPolicyRules[1].exitCodes.operator: Required value',
      ],
    ],
    [
      'a deadline of nothing',
      { activeDeadlineSeconds: 0 },
      ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
    ],
    [
      'a DNS configuration that no resolver takes',
      {
        dnsConfig: {
          nameservers: ['1.1.1.1', 'dns', '2.2.2.2', '3.3.3.3'],
          searches: ['ok.example.', '.', '_srv.example', 'Not.ok'],
          options: [{ name: 'ndots', value: '2' }, { value: 'x' }],
        },
      },
      [
        'spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","dns","2.2.2.2","3.3.3.3"]: must not have more than 3 nameservers',
        'spec.dnsConfig.nameservers[1]: Invalid value: "dns": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        expect.stringMatching(
          /^spec\.dnsConfig\.searches\[3\]: Invalid value: "Not\.ok": a lowercase RFC 1123 subdomain.*'_' or/,
        ) as string,
        'spec.dnsConfig.options[1]: Required value: must not be empty',
      ],
    ],
    [
      'an alias for no address',
      { hostAliases: [{ ip: 'db', hostnames: ['db_1'] }] },
      [
        'spec.hostAliases[0].ip: Invalid value: "db": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        expect.stringMatching(/^spec\.hostAliases\[0\]\.hostnames\[0\]: Invalid value: "db_1": a lowercase RFC 1123 subdomain/) as string,
      ],
    ],
    [
      'a name over all others, and on the network of the node',
      { hostNetwork: true, hostnameOverride: 'a'.repeat(65) },
      [
        'spec.hostnameOverride: Too long: may not be more than 64 bytes',
        'spec.hostnameOverride: Forbidden: may not be set when `hostNetwork` is true',
      ],
    ],
    [
      'two ports on the network of the node',
      { hostNetwork: true, containers: [container({ ports: [{ containerPort: 80, hostPort: 8080 }] })] },
      ['spec.containers[0].ports[0].containerPort: Invalid value: 80: must match `hostPort` when `hostNetwork` is true'],
    ],
    [
      'a toleration without a key',
      { tolerations: [{ operator: 'Equal' }] },
      [
        'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ],
    ],
    ['tolerated well', { tolerations: [{ operator: 'Exists' }] }, []],
    [
      'a bad nodeSelector',
      { nodeSelector: { hostname: 'a b' } },
      [
        "spec.nodeSelector: Invalid value: \"a b\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      ],
    ],
    [
      'a variable from a file that lies outside of its volume',
      { containers: [container({ env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'v', path: '../x', key: 'k' } } }] })] },
      ['spec.containers[0].env[0].valueFrom.fileKeyRef.path: Invalid value: "../x": must not contain \'..\''],
    ],
    [
      'a mount that is read-only all through, and is not',
      mounting({ recursiveReadOnly: 'Enabled', mountPropagation: 'HostToContainer' }),
      [
        'spec.containers[0].volumeMounts[0].recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
        'spec.containers[0].volumeMounts[0].recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
      ],
    ],
    ['a mount that is read-only where that can be', mounting({ readOnly: true, recursiveReadOnly: 'IfPossible' }), []],
    [
      'a mount that others are to see',
      mounting({ mountPropagation: 'Bidirectional' }),
      [
        'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
      ],
    ],
    [
      'a subPath that leaves its volume',
      mounting({ subPath: 'a/../../x' }),
      ['spec.containers[0].volumeMounts[0].subPath: Invalid value: "a/../../x": must not contain \'..\''],
    ],
    [
      'a token that is good for a moment, in no place',
      { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: '', expirationSeconds: 599 } }] } }] },
      [
        'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
        'spec.volumes[0].projected.sources[0].serviceAccountToken.path: Required value',
      ],
    ],
    [
      'a key that becomes a file outside',
      { volumes: [{ name: 'v', configMap: { name: 'c', items: [{ key: 'k', path: '../x', mode: 0o1000 }] } }] },
      [
        'spec.volumes[0].configMap.items[0].path: Invalid value: "../x": must not contain \'..\'',
        'spec.volumes[0].configMap.items[0].mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      ],
    ],
  ])('%s', (_, spec, expected) => {
    expect(problems(pods, pod(spec))).toEqual(expected);
  });

  test('nothing at all', () => {
    expect(problems(pods, { metadata: { name: 'a', namespace: 'b' } })[0]).toBe('spec.containers: Required value');
  });
});

describe('P2', () => {
  const two = (first: Partial<Container>, second: Partial<Container>): Partial<PodSpec> => ({
    containers: [container(first), container({ name: 'b', ...second })],
  });
  const http = { ports: [{ containerPort: 80 }] };

  test('P2: two containers cannot use the same port and protocol', () => {
    expect(problems(pods, pod(two(http, http)))).toEqual(['spec.containers[1].ports[0].containerPort: Duplicate value: 80']);
  });

  test('P2: another protocol is another port', () => {
    expect(problems(pods, pod(two(http, { ports: [{ containerPort: 80, protocol: 'UDP' }] })))).toEqual([]);
  });

  test('P2: sidecars count, ordinary init containers do not', () => {
    expect(problems(pods, pod({ initContainers: [container({ name: 'i', ...http })], containers: [container(http)] }))).toEqual([]);
    expect(
      problems(pods, pod({ initContainers: [container({ name: 'i', restartPolicy: 'Always', ...http })], containers: [container(http)] })),
    ).toEqual(['spec.containers[0].ports[0].containerPort: Duplicate value: 80']);
  });

  test('P2: the switch back to a warning', () => {
    const context = { ...CONTEXT, switches: { portConflicts: 'warn' } };
    expect(problems(pods, pod(two(http, http)), context)).toEqual([]);
    expect(pods.strategy.warnings?.(create(pods, pod(two(http, http))), undefined)).toEqual([
      'spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]',
    ]);
  });

  test('P2: one container may name its port twice, with a warning', () => {
    const twice = {
      ports: [
        { containerPort: 80, name: 'http' },
        { containerPort: 80, name: 'metrics' },
      ],
    };
    expect(problems(pods, pod({ containers: [container(twice)] }))).toEqual([]);
    expect(pods.strategy.warnings?.(create(pods, pod({ containers: [container(twice)] })), undefined)).toHaveLength(1);
  });
});

describe('R1', () => {
  test('R1: of a Pod without a spec only its containers are missed', () => {
    expect(problems(pods, { metadata: { name: 'web', namespace: 'default' } })).toEqual(['spec.containers: Required value']);
  });

  test('R1: a field without an effect is named in a warning', () => {
    const made = create(
      pods,
      pod({
        containers: [container({ volumeDevices: [{ name: 'disk', devicePath: '/dev/disk' }] })],
        shareProcessNamespace: true,
      }),
    );
    expect(pods.strategy.warnings?.(made, undefined)).toEqual([
      'spec.shareProcessNamespace: not honoured by this version of kubernats yet',
      'spec.containers[0].volumeDevices: not honoured by this version of kubernats yet',
    ]);
  });

  test('annotations of use that cannot be read are told of when they come or change', () => {
    const annotated = (memory: string): Pod => ({
      ...pod(),
      metadata: { ...pod().metadata, annotations: { 'kubernats.dev/memory': memory } },
    });
    const told = [expect.stringMatching(/^annotation kubernats\.dev\/memory: "lots": quantities must match/)];
    expect(pods.strategy.warnings?.(annotated('lots'), undefined)).toEqual(told);
    expect(pods.strategy.warnings?.(annotated('lots'), annotated('1Gi'))).toEqual(told);
    expect(pods.strategy.warnings?.(annotated('lots'), annotated('lots'))).toEqual([]);
    expect(pods.strategy.warnings?.(annotated('64Mi, 1Gi over 30s'), undefined)).toEqual([]);
    const debugged = (names: string[]): Pod => ({
      metadata: { name: 'web', annotations: { 'kubernats.dev/cpu.debugger': '1' } },
      spec: { containers: [], ephemeralContainers: names.map((name) => ({ name })) },
    });
    const noneYet = 'annotation kubernats.dev/cpu.debugger: the Pod has no container "debugger"';
    expect(pods.strategy.warnings?.(debugged([]), pod())).toEqual([noneYet]);
    expect(pods.strategy.warnings?.(debugged(['debugger']), pod())).toEqual([]);
  });

  test('a plain Pod has no warnings', () => {
    expect(pods.strategy.warnings?.(create(pods, pod()), undefined)).toEqual([]);
  });
});

describe('updates', () => {
  const old = create(pods, pod());

  test.each<[string, (draft: Pod) => void]>([
    ['an image', (draft) => Object.assign(draft.spec?.containers[0] ?? {}, { image: 'nginx:2' })],
    ['labels', (draft) => Object.assign(draft.metadata ?? {}, { labels: { a: 'b' } })],
    ['another toleration', (draft) => draft.spec?.tolerations?.push({ key: 'x', operator: 'Exists' })],
    ['a deadline', (draft) => Object.assign(draft.spec ?? {}, { activeDeadlineSeconds: 5 })],
  ])('%s may change', (_, change) => {
    expect(update(pods, old, change).problems).toEqual([]);
  });

  test('other fields may not', () => {
    const [problem] = update(pods, old, (draft) => Object.assign(draft.spec ?? {}, { nodeName: 'node2' })).problems;
    expect(problem).toContain(
      'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,',
    );
    expect(problem).toContain('+ \tnodeName: "node2"');
  });

  test('containers may not be added', () => {
    expect(update(pods, old, (draft) => draft.spec?.containers.push(container({ name: 'b' }))).problems).toEqual([
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ]);
  });

  test('the status stays what it was', () => {
    expect(update(pods, old, (draft) => Object.assign(draft, { status: { phase: 'Running' } })).next.status).toEqual(old.status);
  });

  test('a status update changes nothing else', () => {
    const draft = structuredClone(old);
    Object.assign(draft, { spec: { containers: [] }, status: { phase: 'Running' } });
    pods.strategy.prepareForStatusUpdate?.(draft, old, CONTEXT);
    expect(draft).toEqual({ ...old, status: { phase: 'Running', qosClass: 'BestEffort' } });
  });
});

describe('grace period', () => {
  const bound = pod({ nodeName: 'node1', terminationGracePeriodSeconds: 30 });
  test.each<[string, Pod, number | undefined, number]>([
    ['of a bound Pod is its own', bound, undefined, 30],
    ['is what the request says', bound, 5, 5],
    ['is none for a Pod without a node', pod({ terminationGracePeriodSeconds: 30 }), 5, 0],
    ['is none for a Pod that has ended', { ...bound, status: { phase: 'Failed' } }, undefined, 0],
  ])('%s', (_, object, requested, seconds) => {
    expect(pods.strategy.gracePeriodSeconds?.(object, requested)).toBe(seconds);
  });
});

describe('columns', () => {
  const running = { running: { startedAt: '2026-11-24T11:00:00Z' } };
  const status = (more: PodStatus): Pod => pod({ containers: [container(), container({ name: 'b' })] }, more);
  test.each<[string, Pod, string, string, string]>([
    ['pending', status({ phase: 'Pending' }), '0/2', 'Pending', '0'],
    [
      'running',
      status({
        phase: 'Running',
        containerStatuses: [
          {
            name: 'a',
            ready: true,
            restartCount: 3,
            image: '',
            imageID: '',
            state: running,
            lastState: { terminated: { exitCode: 1, finishedAt: '2026-11-24T11:55:00Z' } },
          },
          { name: 'b', ready: false, restartCount: 0, image: '', imageID: '', state: running },
        ],
      }),
      '1/2',
      'Running',
      '3 (5m ago)',
    ],
    [
      'crashing',
      status({
        phase: 'Running',
        containerStatuses: [
          { name: 'a', ready: false, restartCount: 1, image: '', imageID: '', state: { waiting: { reason: 'CrashLoopBackOff' } } },
        ],
      }),
      '0/2',
      'CrashLoopBackOff',
      '1',
    ],
    [
      'killed',
      status({
        phase: 'Failed',
        containerStatuses: [
          {
            name: 'a',
            ready: false,
            restartCount: 0,
            image: '',
            imageID: '',
            state: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
          },
        ],
      }),
      '0/2',
      'OOMKilled',
      '0',
    ],
    [
      'ended without a reason',
      status({
        phase: 'Failed',
        containerStatuses: [{ name: 'a', ready: false, restartCount: 0, image: '', imageID: '', state: { terminated: { exitCode: 3 } } }],
      }),
      '0/2',
      'ExitCode:3',
      '0',
    ],
    [
      'initializing',
      {
        ...pod({ initContainers: [container({ name: 'i' })] }),
        status: {
          phase: 'Pending',
          initContainerStatuses: [{ name: 'i', ready: false, restartCount: 0, image: '', imageID: '', state: running }],
        },
      },
      '0/1',
      'Init:0/1',
      '0',
    ],
    ['evicted', status({ phase: 'Failed', reason: 'Evicted' }), '0/2', 'Evicted', '0'],
    [
      'terminating',
      { ...status({ phase: 'Running' }), metadata: { name: 'a', deletionTimestamp: '2026-11-24T11:00:00Z' } },
      '0/2',
      'Terminating',
      '0',
    ],
    [
      'gated',
      status({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
      '0/2',
      'SchedulingGated',
      '0',
    ],
  ])('%s', (_, object, ready, reason, restarts) => {
    expect(cells(pods, object)).toMatchObject({ Ready: ready, Status: reason, Restarts: restarts });
  });

  test('all of them, in order', () => {
    const object = pod({ nodeName: 'node1' }, { phase: 'Running', podIP: '127.128.0.2', podIPs: [{ ip: '127.128.0.2' }] });
    expect(Object.entries(cells(pods, object))).toEqual([
      ['Name', 'web'],
      ['Ready', '0/1'],
      ['Status', 'Running'],
      ['Restarts', '0'],
      ['Age', '60m'],
      ['IP', '127.128.0.2'],
      ['Node', 'node1'],
      ['Nominated Node', '<none>'],
      ['Readiness Gates', '<none>'],
    ]);
  });
});

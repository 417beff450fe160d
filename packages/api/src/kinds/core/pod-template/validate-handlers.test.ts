import { describe, expect, test } from 'vitest';
import { create, problems, rowOf } from '../../../../test/harness.ts';
import type { Container, Lifecycle, Pod, PodSpec, Probe } from '../../../index.ts';

const pods = rowOf('pods');
const pod = (container: Partial<Container>, spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'a', image: 'nginx:1', ...container }], ...spec },
});
const exec = { command: ['x'] };

describe('probes', () => {
  test('are all honoured, with everything that can be said of them', () => {
    const probe: Probe = {
      httpGet: { port: 'http', path: '/x', scheme: 'HTTPS', host: '10.0.0.1', httpHeaders: [{ name: 'X-A', value: 'b' }] },
      initialDelaySeconds: 1,
      periodSeconds: 2,
      timeoutSeconds: 3,
      failureThreshold: 4,
    };
    const startupProbe: Probe = { grpc: { port: 9000, service: 's' }, terminationGracePeriodSeconds: 5 };
    const container: Partial<Container> = {
      livenessProbe: { tcpSocket: { port: 80 } },
      readinessProbe: { ...probe, successThreshold: 2 },
      startupProbe,
      lifecycle: { postStart: { exec }, preStop: { sleep: { seconds: 5 } } },
    };
    const sidecar: Container = { name: 'b', image: 'nginx:1', restartPolicy: 'Always', ...container };
    const made = create(pods, pod(container, { initContainers: [sidecar] }));
    expect(problems(pods, made)).toEqual([]);
    expect(pods.strategy.warnings?.(made, undefined)).toEqual([]);
  });

  test.each<[string, Partial<Probe>, string]>([
    ['no command', { exec: { command: [] } }, 'livenessProbe.exec.command: Required value'],
    ['two handlers', { exec, tcpSocket: { port: 1 } }, 'livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type'],
    ['successThreshold', { exec, successThreshold: 2 }, 'livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ['periodSeconds', { exec, periodSeconds: -1 }, 'livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0'],
    [
      'terminationGracePeriodSeconds',
      { exec, terminationGracePeriodSeconds: 0 },
      'livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0',
    ],
    [
      'a port out of range',
      { tcpSocket: { port: 65_536 } },
      'livenessProbe.tcpSocket.port: Invalid value: 65536: must be between 1 and 65535, inclusive',
    ],
    ['a gRPC port', { grpc: { port: 0 } }, 'livenessProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive'],
    [
      'a scheme',
      { httpGet: { port: 80, scheme: 'FTP' } },
      'livenessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
    ],
  ])('%s', (_, livenessProbe, problem) => {
    expect(problems(pods, pod({ livenessProbe }))).toEqual([`spec.containers[0].${problem}`]);
  });

  test('only what may kill has a grace period', () => {
    expect(problems(pods, pod({ readinessProbe: { exec, terminationGracePeriodSeconds: 5 } }))).toEqual([
      'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes',
    ]);
  });
});

describe('hooks', () => {
  test.each<[string, Lifecycle, string[]]>([
    ['sleep for nothing', { preStop: { sleep: { seconds: 0 } } }, []],
    ['sleep for all of the time', { preStop: { sleep: { seconds: 30 } } }, []],
    [
      'sleep for longer',
      { preStop: { sleep: { seconds: 31 } } },
      ['preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)'],
    ],
    [
      'sleep backwards',
      { postStart: { sleep: { seconds: -1 } } },
      ['postStart.sleep: Invalid value: -1: must be non-negative and less than terminationGracePeriodSeconds (30)'],
    ],
    ['nothing', { preStop: {} }, ['preStop: Required value: must specify a handler type']],
  ])('%s', (_, lifecycle, found) => {
    expect(problems(pods, pod({ lifecycle }))).toEqual(found.map((problem) => `spec.containers[0].lifecycle.${problem}`));
  });

  test('a signal to stop with needs an operating system that has it', () => {
    const stops = (stopSignal: string, os?: string) => problems(pods, pod({ lifecycle: { stopSignal } }, os ? { os: { name: os } } : {}));
    const at = 'spec.containers[0].lifecycle.stopSignal';
    expect(stops('SIGQUIT', 'linux')).toEqual([]);
    expect(stops('SIGRTMIN+3', 'linux')).toEqual([]);
    expect(stops('SIGQUIT')).toEqual([`${at}: Forbidden: may not be set for containers with empty \`spec.os.name\``]);
    expect(stops('SIGQUIT', 'windows')).toEqual([`${at}: Unsupported value: "SIGQUIT": supported values: "SIGKILL", "SIGTERM"`]);
    expect(stops('QUIT', 'linux')[0]).toContain(`${at}: Unsupported value: "QUIT": supported values: "SIGABRT", "SIGALRM", `);
  });
});

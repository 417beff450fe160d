import { describe, expect, test } from 'vitest';
import type { Container } from '../generated/types.ts';
import { type HostPort, hostPortsClash, hostPortsOf } from './host-ports.ts';

const container = (name: string, part: Partial<Container>): Container => ({ name, image: 'x', ...part });

test("a Pod's ports of its node: those of its containers and sidecars", () => {
  const spec = {
    containers: [container('a', { ports: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81 }] })],
    initContainers: [
      container('b', { restartPolicy: 'Always', ports: [{ containerPort: 53, hostPort: 53, protocol: 'UDP', hostIP: '10.0.0.1' }] }),
      container('c', { ports: [{ containerPort: 82, hostPort: 82 }] }),
    ],
  };
  expect(hostPortsOf({ spec })).toEqual([
    { ip: '0.0.0.0', protocol: 'TCP', port: 8080, containerPort: 80 },
    { ip: '10.0.0.1', protocol: 'UDP', port: 53, containerPort: 53 },
  ]);
});

describe('two ports clash', () => {
  const port = (part: Partial<HostPort>): HostPort => ({ ip: '0.0.0.0', protocol: 'TCP', port: 80, containerPort: 1, ...part });
  test.each<[Partial<HostPort>, Partial<HostPort>, boolean]>([
    [{}, { containerPort: 2 }, true],
    [{}, { port: 81 }, false],
    [{}, { protocol: 'UDP' }, false],
    [{ ip: '10.0.0.1' }, {}, true],
    [{}, { ip: '10.0.0.1' }, true],
    [{ ip: '10.0.0.1' }, { ip: '10.0.0.1' }, true],
    [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }, false],
  ])('%j and %j: %j', (a, b, clash) => {
    expect(hostPortsClash(port(a), port(b))).toBe(clash);
  });
});

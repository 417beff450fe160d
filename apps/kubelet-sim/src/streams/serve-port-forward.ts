import { type Bus, type BusSubscription, nodeSubject } from '@kubernats/bus';
import type { PortForwardHello } from '@kubernats/client';
import { StatusError } from '@kubernats/errors';
import { errnoText } from '../handlers/go-words.ts';
import type { NodeAgent } from '../node/node-agent.ts';
import type { SessionOptions } from './command-session.ts';
import { workerOf } from './find-container.ts';
import { whenIdle } from './idle.ts';
import { join } from './join.ts';

/** Answers `kubectl port-forward` for one node: each stream is one connection to a port of a Pod's localhost. */
export function servePortForward(bus: Bus, cluster: string, agent: NodeAgent, { clock, idleMs }: SessionOptions): BusSubscription {
  return bus.acceptStreams(nodeSubject(cluster, agent.config.name, 'portforward'), async (bytes, stream) => {
    const { namespace, pod, port } = JSON.parse(new TextDecoder().decode(bytes)) as PortForwardHello;
    const { sandbox } = workerOf(agent, namespace, pod);
    if (!sandbox) throw new StatusError('InternalError', `pod not found (${JSON.stringify(`${pod}_${namespace}`)})`);
    const connection = await sandbox.network?.dial({ host: '127.0.0.1', port }).catch((error: unknown) => {
      throw refused(port, sandbox.id, errnoText(error));
    });
    if (!connection) throw refused(port, sandbox.id, 'connection refused');
    const idle = whenIdle(clock, idleMs, () => stream.destroy(`the connection was idle for ${idleMs} ms`));
    void join(connection, stream, () => idle.touch()).then(() => idle.stop());
  });
}

/** The sentence of a kubelet whose runtime could not dial. */
function refused(port: number, sandboxId: string, why: string): StatusError {
  const dialled = `IPv4: dial tcp4 127.0.0.1:${port}: connect: ${why} IPv6 dial tcp6 [::1]:${port}: connect: ${why}`;
  const runtime = `failed to connect to localhost:${port} inside namespace ${JSON.stringify(sandboxId)}, ${dialled} `;
  const namespace = JSON.stringify(`/var/run/netns/cni-${sandboxId.slice(0, 12)}`);
  return new StatusError(
    'InternalError',
    `error forwarding port ${port} to pod ${sandboxId}, uid : failed to execute portforward in network namespace ${namespace}: ${runtime}`,
  );
}

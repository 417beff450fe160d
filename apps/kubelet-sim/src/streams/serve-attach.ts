import { type Bus, type BusSubscription, nodeSubject } from '@kubernats/bus';
import type { AttachHello } from '@kubernats/client';
import type { NodeAgent } from '../node/node-agent.ts';
import { type SessionOptions, serveCommand } from './command-session.ts';
import { attachFailure, exitStatus } from './exit-status.ts';
import { runningContainer } from './find-container.ts';

/** Answers `kubectl attach` for one node: each stream joins a container's own streams, until it ends. */
export function serveAttach(bus: Bus, cluster: string, agent: NodeAgent, options: SessionOptions): BusSubscription {
  return bus.acceptStreams(nodeSubject(cluster, agent.config.name, 'attach'), (bytes, stream) => {
    const hello = JSON.parse(new TextDecoder().decode(bytes)) as AttachHello;
    const container = runningContainer(agent, hello);
    void serveCommand(stream, hello, (streams) => container.attach(streams).then(() => exitStatus(0), attachFailure), options);
  });
}

import { type Bus, type BusSubscription, nodeSubject } from '@kubernats/bus';
import type { ExecHello } from '@kubernats/client';
import type { Ids } from '@kubernats/clock';
import type { NodeAgent } from '../node/node-agent.ts';
import { type SessionOptions, serveCommand } from './command-session.ts';
import { execFailure, exitStatus } from './exit-status.ts';
import { runningContainer } from './find-container.ts';

/** Answers `kubectl exec` for one node: each stream is one program inside a container. */
export function serveExec(bus: Bus, cluster: string, agent: NodeAgent, options: SessionOptions & { ids: Ids }): BusSubscription {
  return bus.acceptStreams(nodeSubject(cluster, agent.config.name, 'exec'), (bytes, stream) => {
    const hello = JSON.parse(new TextDecoder().decode(bytes)) as ExecHello;
    const container = runningContainer(agent, hello);
    const run = container.exec.bind(container, hello.command);
    void serveCommand(
      stream,
      hello,
      (streams) => run(streams).then(exitStatus, (error: unknown) => execFailure(error, options.ids.uid())),
      options,
    );
  });
}

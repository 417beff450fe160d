import { type Bus, type BusSubscription, nodeSubject } from '@kubernats/bus';
import type { Log } from '@kubernats/client';
import type { NodeAgent } from './node-agent.ts';

/** What the cli sends to `nodeSubject(cluster, node, 'control')`, as JSON. */
export interface ControlRequest {
  action: 'stop' | 'start' | 'state';
}

/** The answer: how the node is now, or what was wrong with the request. */
export type ControlAnswer = { state: 'on' | 'off' } | { error: string };

/** Switches one node off and on. The subject is open to the operator only: the NATS server's permissions see to that. */
export function serveControl(bus: Bus, cluster: string, agent: NodeAgent, log: Log): BusSubscription {
  return bus.subscribe(nodeSubject(cluster, agent.config.name, 'control'), (message) => {
    const answer = (value: ControlAnswer): void => message.respond(new TextEncoder().encode(JSON.stringify(value)));
    void handle(message.data, agent).then(answer, (error: unknown) => {
      log.warn({ error, node: agent.config.name }, 'a control request failed');
      answer({ error: error instanceof Error ? error.message : String(error) });
    });
  });
}

async function handle(data: Uint8Array, agent: NodeAgent): Promise<ControlAnswer> {
  const request: unknown = JSON.parse(new TextDecoder().decode(data));
  const action = typeof request === 'object' && request !== null && 'action' in request ? request.action : undefined;
  if (action === 'stop') await agent.stop();
  else if (action === 'start') await agent.start();
  else if (action !== 'state') return { error: `unknown action ${JSON.stringify(action)}: stop, start or state` };
  return { state: agent.isOn ? 'on' : 'off' };
}

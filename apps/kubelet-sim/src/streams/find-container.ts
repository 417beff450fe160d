import type { RunningContainer } from '@kubernats/containers';
import { notFound, StatusError } from '@kubernats/errors';
import type { NodeAgent } from '../node/node-agent.ts';
import type { PodWorker } from '../pod/pod-worker.ts';

/** Throws NotFound, in the kubelet's words, for a Pod that is not on this node. */
export function workerOf(agent: NodeAgent, namespace: string, pod: string): PodWorker {
  const worker = agent.worker(namespace, pod);
  if (!worker) throw new StatusError('NotFound', 'pod does not exist', notFound({ group: '', resource: 'pods' }, pod).details);
  return worker;
}

/** Throws InternalError, as the kubelet does, for a container that does not run. */
export function runningContainer(agent: NodeAgent, hello: { namespace: string; pod: string; container: string }): RunningContainer {
  const running = workerOf(agent, hello.namespace, hello.pod).running.get(hello.container);
  if (!running) throw new StatusError('InternalError', `container not found (${JSON.stringify(hello.container)})`);
  return running;
}

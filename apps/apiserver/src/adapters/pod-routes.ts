import { Nodes } from '@kubernats/api';
import { type ApiTransport, createInformer, type Log } from '@kubernats/client';
import { aborted, type Clock, type Random } from '@kubernats/clock';
import { addressPlan } from '@kubernats/net';
import { createPodRoutes, ipRoutes } from '@kubernats/net/pod-routes';

/** Keeps this machine's routes to the Pods of all nodes until the signal aborts; on `loopback` there is nothing to keep. */
export async function keepPodRoutes(
  network: 'loopback' | 'anyip',
  deps: { transport: ApiTransport; clock: Clock; random: Random; log: Log },
  signal: AbortSignal,
): Promise<void> {
  if (network === 'loopback') return aborted(signal);
  const { transport, log } = deps;
  const nodes = createInformer({ transport, target: Nodes, onError: (error) => log.warn({ error }, 'informer') });
  const routes = createPodRoutes({ ...deps, nodes, routes: ipRoutes() }, { podCidr: addressPlan('anyip').podCidr });
  await Promise.all([nodes.run(signal), routes.run(signal)]);
}

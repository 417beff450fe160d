import { EndpointSlices, type KindRef, type KubeObject, Nodes, Services } from '@kubernats/api';
import { type Client, createEventRecorder, type InformerSet, type Log, silentLog } from '@kubernats/client';
import { aborted, type Clock, type Random } from '@kubernats/clock';
import { leadOnce, type Metrics, noMetrics } from '@kubernats/controller';
import type { ConnectionObserver } from '@kubernats/dataplane';
import type { Network } from '@kubernats/net';
import type { LoadBalancerConfig } from './config.ts';
import { serviceController } from './service/controller.ts';
import { EVENT_COMPONENT, tellerOf } from './service/events.ts';

export interface LoadBalancerDeps {
  client: Client;
  /** Run by the caller. */
  informers: InformerSet;
  network: Network;
  clock: Clock;
  random: Random;
  log?: Log;
  metrics?: Metrics;
  /** Is told of the connections of Services that it observes. */
  observer?: ConnectionObserver;
}

export interface LoadBalancer {
  /** Resolves when it knows the cluster: it then works, or stands by. */
  readonly ready: Promise<void>;
  /**
   * Serves until the signal aborts, and has closed every socket when it resolves; what Services have stays theirs. Rejects when another
   * replica took the lead: start anew to stand by.
   */
  run(signal: AbortSignal): Promise<void>;
}

const LEASE = { name: 'kubernats-load-balancer', namespace: 'kube-system' };
/** How long the last events may take. */
const FLUSH_MS = 1_000;
const FOLLOWED: readonly KindRef[] = [Services, Nodes, EndpointSlices];

/** The plug-in that gives Services of type LoadBalancer an address which works (S7), in front of the nodes' ports (S6). */
export function createLoadBalancer(deps: LoadBalancerDeps, config: LoadBalancerConfig): LoadBalancer {
  const { client, informers, clock, random, log = silentLog, metrics = noMetrics, observer } = deps;
  const events = createEventRecorder({ client, clock, random, log, component: EVENT_COMPONENT });
  // Followed before it leads, so that a replica that stands by knows the cluster.
  for (const kind of FOLLOWED) informers.of<KubeObject>(kind);
  const ready = informers.synced();

  async function lead(signal: AbortSignal): Promise<void> {
    // Addresses are given out only when it is known which ones Services have.
    await Promise.race([ready, aborted(signal)]);
    if (signal.aborted) return;
    const { controller, serving } = serviceController({ ...deps, log, metrics, observer, tell: tellerOf(events) }, config);
    await using _ = serving;
    await controller.run(signal);
    await Promise.race([events.flush(), clock.sleep(FLUSH_MS)]);
  }

  return {
    ready,
    run: (signal) => leadOnce({ client, clock, random, log, lease: LEASE, election: config.leaderElection, ready, lead }, signal),
  };
}

import type { Node } from '@kubernats/api';
import type { Informer, Log } from '@kubernats/client';
import { aborted, type Clock, type Random } from '@kubernats/clock';
import { createController, type Metrics } from '@kubernats/controller';
import { cidrCovers } from '../cidr.ts';
import { type HostRoute, type HostRoutes, sameRoute } from './host-routes.ts';
import { nodeRoutes, type Self } from './node-routes.ts';

export interface PodRoutesDeps {
  /** All Nodes of the cluster. Run by the caller. */
  nodes: Informer<Node>;
  routes: HostRoutes;
  clock: Clock;
  random: Random;
  log: Log;
  metrics?: Metrics;
}

export interface PodRoutesConfig {
  /** The range of all Pods of the cluster: within it no route of the machine is anybody else's. */
  podCidr: string;
  /** The Node that this machine is. Undefined: it is none, and only wants to reach Pods. */
  self?: Self;
}

/** Keeps the machine's routes to Pods as the cluster's Nodes say. */
export interface PodRoutes {
  /** Resolves when the Nodes that were there at the start have their routes, and what was left of others is gone. */
  readonly ready: Promise<void>;
  /** Resolves when the addresses of a range of `self` can be listened on. */
  opened(cidr: string): Promise<void>;
  /** Works until the signal aborts. The routes stay: what uses them may live on. */
  run(signal: AbortSignal): Promise<void>;
}

/** How soon a route that could not be made is tried again, and how rarely. */
const BACKOFF = { baseMs: 100, maxMs: 5_000 };
/** How often it is looked whether the routes are there still: with a network interface that goes, the kernel drops all that lead through it. */
const LOOK_MS = 5_000;

export function createPodRoutes(deps: PodRoutesDeps, { podCidr, self }: PodRoutesConfig): PodRoutes {
  const { nodes, routes } = deps;
  /** What has been made, by Node. */
  const made = new Map<string, readonly HostRoute[]>();
  /** Whose route a range's is: a range may go from one Node to another before the first is known to be gone. */
  const holders = new Map<string, string>();
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const ready = Promise.withResolvers<void>();
  const controller = createController({ ...deps, name: 'pod-routes', reconcile, backoff: BACKOFF });
  controller.watch(nodes);

  async function reconcile(name: string): Promise<void> {
    const node = nodes.byKey(name);
    const before = made.get(name) ?? [];
    const wanted = node ? nodeRoutes(node, self) : [];
    for (const route of wanted) {
      if (!before.some((known) => sameRoute(known, route))) await routes.set(route);
      holders.set(route.cidr, name);
      if ('to' in route) waiterFor(route.cidr).resolve();
    }
    for (const route of before) {
      if (wanted.some(({ cidr }) => cidr === route.cidr) || holders.get(route.cidr) !== name) continue;
      await routes.remove(route);
      holders.delete(route.cidr);
    }
    if (wanted.length > 0) made.set(name, wanted);
    else made.delete(name);
  }

  /** What an earlier life of this program left for Nodes that are gone by now. */
  async function removeStrays(): Promise<void> {
    const wanted = nodes.list().flatMap((node) => nodeRoutes(node, self));
    for (const route of await routes.list()) {
      const isStray = cidrCovers(podCidr, route.cidr) && !wanted.some(({ cidr }) => cidr === route.cidr);
      if (isStray) await routes.remove(route);
    }
  }

  async function restoreLost(): Promise<void> {
    const there = new Set((await routes.list()).map(({ cidr }) => cidr));
    for (const [cidr, name] of holders) {
      if (there.has(cidr)) continue;
      made.set(
        name,
        (made.get(name) ?? []).filter((route) => route.cidr !== cidr),
      );
      controller.enqueue(name);
    }
  }

  async function lookAgain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await deps.clock.sleep(LOOK_MS, signal).catch(() => {});
      if (!signal.aborted) await restoreLost().catch((error: unknown) => deps.log.warn({ error }, 'cannot look at the routes'));
    }
  }

  function waiterFor(cidr: string): PromiseWithResolvers<void> {
    const known = waiting.get(cidr);
    if (known) return known;
    const waiter = Promise.withResolvers<void>();
    waiting.set(cidr, waiter);
    return waiter;
  }

  return {
    ready: ready.promise,
    opened: (cidr) => waiterFor(cidr).promise,
    async run(signal) {
      await Promise.race([nodes.synced, aborted(signal)]);
      if (signal.aborted) return;
      await removeStrays();
      // One that cannot be made is the loop's to try again: it has each of them in its queue.
      for (const { metadata } of nodes.list()) await reconcile(metadata?.name ?? '').catch(() => {});
      ready.resolve();
      await Promise.all([controller.run(signal), lookAgain(signal)]);
    },
  };
}

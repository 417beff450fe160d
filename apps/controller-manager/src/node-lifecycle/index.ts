import { type Lease, Leases, type Node, Nodes, type Taint } from '@kubernats/api';
import { type Informer, referenceTo } from '@kubernats/client';
import { type Controller, createController, type ReconcileResult } from '@kubernats/controller';
import { isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { BY_NODE, podInformer } from '../informers.ts';
import { timeMs } from '../pods/pod.ts';
import { isReadyNode, readyCondition, silentConditions } from './health.ts';
import { markNotReady } from './mark-pods.ts';
import { SignsOfLife } from './signs-of-life.ts';
import { isNoExecuteTainted, noExecuteTaint, wantedTaints } from './taints.ts';
import { EVICTION_LIMITS, type EvictionPace, evictionPace, type ZoneCount, zoneOf } from './zones.ts';

const BY_ZONE = 'zone';
const BY_HEALTH = 'health';
const LEASE_NAMESPACE = 'kube-node-lease';
/** A node that has just registered is about to be ready: it is not tainted for the moment that this takes. */
const SETTLE_MS = 2_000;

/** Watches over nodes: says so when one falls silent, and keeps Pods away from those that are not well. Source: the Nodes concept, "Node controller". */
export function nodeLifecycleController(context: ControllerContext): Controller {
  const { client, informers, clock, config } = context;
  const act = { ...context, events: context.recorder('node-controller') };
  const nodes = nodeInformer(context);
  const pods = podInformer(informers);
  // All of them, because the garbage collector follows them anyway.
  const leases = informers.of(Leases);
  const signs = new SignsOfLife();
  /** Nodes that were ready and are not any more, and whose Pods do not say so yet. */
  const fallen = new Set<string>();
  /** By zone: when the next node may be emptied, by monotonic time. */
  const nextEviction = new Map<string, number>();
  const paces = new Map<string, EvictionPace>();

  const controller = createController({ ...context, name: 'node-lifecycle', concurrency: 8, reconcile });
  controller.watch(nodes, () => []);
  controller.watch(leases, () => []);
  // A renewal is not worth a look: the look that waits for silence will find it.
  leases.addHandler({ add: seeLease, update: seeLease });
  nodes.addHandler({
    add(node) {
      tell(node, 'RegisteredNode', `Node ${node.metadata?.name} event: Registered Node ${node.metadata?.name} in Controller`);
      look(node);
    },
    update(node, old) {
      if (isReadyNode(old) && !isReadyNode(node)) fallen.add(node.metadata?.name ?? '');
      look(node);
    },
    delete(node) {
      const name = node.metadata?.name ?? '';
      signs.forget(name);
      fallen.delete(name);
      tell(node, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
      lookAtZones(node);
    },
  });
  return controller;

  function seeLease(lease: Lease): void {
    if (lease.metadata?.namespace === LEASE_NAMESPACE) signs.seeLease(lease, clock.monotonic());
  }

  function look(node: Node): void {
    signs.seeNode(node, clock.monotonic());
    controller.enqueue(node.metadata?.name ?? '');
    lookAtZones(node);
  }

  /** What may be done to one node depends on how many others are well: when that changes, all that are not are looked at. */
  function lookAtZones(node: Node): void {
    const zone = zoneOf(node);
    const pace = paceOf(zone);
    if (paces.get(zone) === pace) return;
    paces.set(zone, pace);
    for (const { metadata } of nodes.byIndex(BY_HEALTH, 'notReady')) controller.enqueue(metadata?.name ?? '');
  }

  function paceOf(zone: string): EvictionPace {
    const count = (index: string, prefix: string): ZoneCount => ({
      ready: nodes.countByIndex(index, `${prefix}ready`),
      notReady: nodes.countByIndex(index, `${prefix}notReady`),
    });
    return evictionPace(count(BY_ZONE, `${zone} `), count(BY_HEALTH, ''), EVICTION_LIMITS);
  }

  async function reconcile(name: string): Promise<ReconcileResult | undefined> {
    const node = nodes.get(name);
    if (!node) return undefined;
    const graceMs = readyCondition(node) ? config.nodeMonitorGracePeriodMs : config.nodeStartupGracePeriodMs;
    const silentForMs = silence(name);
    if (silentForMs >= graceMs) {
      const conditions = silentConditions(node, clock.now());
      if (conditions && (await wasHeardOf(name, graceMs))) return { requeueAfterMs: graceMs - silence(name) };
      // What follows is done when the informer shows it.
      if (conditions) return void (await client.kind(Nodes).updateStatus({ ...node, status: { ...node.status, conditions } }));
    }
    const settlesInMs = (timeMs(node.metadata?.creationTimestamp) ?? 0) + SETTLE_MS - clock.now();
    if (!isReadyNode(node) && settlesInMs > 0) return { requeueAfterMs: settlesInMs };

    const waitMs = await taint(node);
    await tellOfFall(node);
    const waits = [silentForMs < graceMs ? graceMs - silentForMs : undefined, waitMs].filter((each) => each !== undefined);
    return waits.length === 0 ? undefined : { requeueAfterMs: Math.min(...waits) };
  }

  function silence(name: string): number {
    return clock.monotonic() - signs.last(name, clock.monotonic());
  }

  /** Asks the API itself: it may be we who were away, and what has come meanwhile waits behind this. */
  async function wasHeardOf(name: string, graceMs: number): Promise<boolean> {
    try {
      seeLease(await client.kind(Leases).get(name, LEASE_NAMESPACE));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return silence(name) < graceMs;
  }

  /** Answers how long to wait before Pods have to leave the node, if they have to and may not yet. */
  async function taint(node: Node): Promise<number | undefined> {
    const zone = zoneOf(node);
    const pace = paceOf(zone);
    const isTainted = isNoExecuteTainted(node);
    const isDue = noExecuteTaint(node) !== undefined && pace !== 'stop';
    const inMs = isDue && !isTainted && typeof pace === 'number' ? (nextEviction.get(zone) ?? 0) - clock.monotonic() : 0;
    const evicts = isDue && (isTainted || (typeof pace === 'number' && inMs <= 0));
    const taints = wantedTaints(node, evicts, clock.now());
    if (taints) {
      const begins = evicts && !isTainted && typeof pace === 'number';
      // Before the write, because other nodes of the zone are looked at meanwhile.
      if (begins) nextEviction.set(zone, clock.monotonic() + pace);
      try {
        await writeTaints(node, taints);
      } catch (error) {
        if (begins) nextEviction.delete(zone);
        throw error;
      }
    }
    return inMs > 0 ? inMs : undefined;
  }

  async function writeTaints({ metadata }: Node, taints: readonly Taint[]): Promise<void> {
    const { name = '', resourceVersion } = metadata ?? {};
    const spec = { taints: taints.length > 0 ? taints : null };
    await client.kind(Nodes).patch(name, undefined, 'merge', { metadata: { resourceVersion }, spec });
  }

  async function tellOfFall(node: Node): Promise<void> {
    const name = node.metadata?.name ?? '';
    const fell = fallen.has(name) && !isReadyNode(node);
    if (fell || readyCondition(node)?.status === 'Unknown') await markNotReady(pods.byIndex(BY_NODE, name), act);
    fallen.delete(name);
    if (fell) tell(node, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
  }

  function tell(node: Node, reason: string, message: string): void {
    act.events.event(referenceTo(Nodes, node), 'Normal', reason, message);
  }
}

function nodeInformer({ informers }: ControllerContext): Informer<Node> {
  const nodes = informers.of(Nodes);
  const healthOf = (node: Node): string => (isReadyNode(node) ? 'ready' : 'notReady');
  nodes.addIndex(BY_ZONE, (node) => [`${zoneOf(node)} ${healthOf(node)}`]);
  nodes.addIndex(BY_HEALTH, (node) => [healthOf(node)]);
  return nodes;
}

import { EndpointSlices, Nodes, type Service, Services, serviceOfSlice } from '@kubernats/api';
import { type Client, type InformerSet, keyOf, type Log } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import { type Controller, createController, type Metrics } from '@kubernats/controller';
import type { ConnectionObserver } from '@kubernats/dataplane';
import type { Network } from '@kubernats/net';
import { AddressPool } from '../addresses/address-pool.ts';
import { HEALTH_DEFAULTS, type LoadBalancerConfig } from '../config.ts';
import { type NodeView, nodeView, sameNodeView } from '../targets/node-view.ts';
import { leadsToPods } from '../targets/service-targets.ts';
import { changeOf } from './changes.ts';
import { addressesIn } from './claims.ts';
import { decide } from './decide.ts';
import type { Teller } from './events.ts';
import { restore } from './restore.ts';
import { Serving } from './serving.ts';
import { write } from './write.ts';

export interface ServiceContext {
  client: Client;
  informers: InformerSet;
  network: Network;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Metrics;
  observer: ConnectionObserver | undefined;
  tell: Teller;
}

/** Services that wait for a check of a node hold up no others. */
const CONCURRENCY = 16;
const BY_SERVICE = 'service';

/** What a Service was served with last. */
interface Served {
  service: Service;
  /** The names of the nodes behind it. */
  nodes: string;
}

/** S6, S7: gives Services of type LoadBalancer an address and serves them there. To be made when all informers are synced. */
export function serviceController(context: ServiceContext, config: LoadBalancerConfig): { controller: Controller; serving: Serving } {
  const { client, informers, tell, log } = context;
  const services = informers.of(Services);
  const slices = informers.of(EndpointSlices);
  const pool = new AddressPool(config.addressPool);
  restore(services.values(), pool);
  const nodes = new Map<string, NodeView>();
  const served = new Map<string, Served>();
  /** Why each of these Services has not got what it asks for. */
  const refused = new Map<string, string>();
  const controller = createController({ ...context, name: 'service', reconcile, concurrency: CONCURRENCY });
  const enqueue = (keys: Iterable<string>): void => {
    for (const key of keys) controller.enqueue(key);
  };
  const serving = new Serving({
    ...context,
    ...{ health: config.health ?? HEALTH_DEFAULTS, exposeAddress: config.exposeAddress, udpSourceHost: config.udpSourceHost },
    nodes: () => [...nodes.values()],
    slices: (key) => slices.byIndex(BY_SERVICE, key),
    changed: enqueue,
    portNotOpened(key, message) {
      const service = services.byKey(key);
      if (service) tell.portNotOpened(service, message);
    },
  });
  follow();
  return { controller, serving };

  async function reconcile(key: string): Promise<void> {
    const service = services.byKey(key);
    const decision = service ? decide(service, pool) : undefined;
    if (!service || !decision || decision.do === 'ignore') return forget(key);
    if (decision.do === 'release') return release(service);
    if (decision.do === 'refuse') refuse(service, decision.why);
    else refused.delete(key);
    if (decision.address !== undefined) await ensure(service, decision.address, decision.do === 'refuse');
  }

  async function ensure(service: Service, address: string, isSecondBest: boolean): Promise<void> {
    const key = keyOf(service);
    const last = served.get(key);
    const isNews = !isSecondBest && (!last || changeOf(last.service, service) !== undefined);
    if (isNews) tell.ensuring(service);
    const before = pool.addressOf(key);
    pool.take(address, key);
    const names = [...nodes.keys()].sort().join();
    const status = await serving.serve(service, address);
    await write(client, service, status);
    served.set(key, { service, nodes: names });
    // What it had before may be what another one waits for.
    if (before !== undefined && before !== address) enqueue(refused.keys());
    if (isNews) tell.ensured(service);
    if (last ? last.nodes !== names : nodes.size === 0) tell.newHosts(service, nodes.size);
  }

  /** Says so once; the Service is looked at again when an address becomes free. */
  function refuse(service: Service, why: string): void {
    const key = keyOf(service);
    if (refused.get(key) === why) return;
    refused.set(key, why);
    log.warn({ service: key, why }, 'no load balancer');
    tell.ensuring(service);
    tell.failed(service, why);
  }

  async function release(service: Service): Promise<void> {
    if (addressesIn(service).length > 0) tell.deleting(service);
    await forget(keyOf(service));
    await write(client, service, undefined);
    tell.deleted(service);
  }

  async function forget(key: string): Promise<void> {
    served.delete(key);
    refused.delete(key);
    await serving.withdraw(key);
    if (pool.release(key)) enqueue(refused.keys());
  }

  function follow(): void {
    slices.addIndex(BY_SERVICE, (slice) => [serviceOfSlice(slice) ?? '']);
    informers.of(Nodes).addHandler({
      add: (node) => see(node.metadata?.name ?? '', nodeView(node)),
      update: (node) => see(node.metadata?.name ?? '', nodeView(node)),
      delete: (node) => see(node.metadata?.name ?? '', undefined),
    });
    services.addHandler({
      update(service, old) {
        const event = changeOf(old, service)?.event;
        if (event) tell.changed(service, event);
      },
    });
    controller.watch(services);
    controller.watch(slices, (slice) => {
      const service = services.byKey(serviceOfSlice(slice) ?? '');
      return service && served.has(keyOf(service)) && leadsToPods(service) ? [keyOf(service)] : [];
    });
  }

  function see(name: string, view: NodeView | undefined): void {
    if (sameNodeView(nodes.get(name), view)) return;
    if (view) nodes.set(name, view);
    else nodes.delete(name);
    enqueue(served.keys());
  }
}

import { Nodes, ownerOfNode } from '@kubernats/api';
import { type ApiTransport, type Client, createInformer, type Log } from '@kubernats/client';
import type { Clock, Random } from '@kubernats/clock';
import type { Network } from '@kubernats/net';
import { createPodRoutes, type HostRoutes } from '@kubernats/net/pod-routes';
import type { NodeConfig } from '../config.ts';
import { giveNameBack } from '../node/name/take-name.ts';
import type { Machine } from './machine.ts';

export interface OneNodeDeps {
  client: Client;
  transport: ApiTransport;
  clock: Clock;
  random: Random;
  log: Log;
  network: Network;
  routes: HostRoutes;
}

/**
 * A machine that is one node: its addresses are the node's, and routes lead from it to the Pods of all others. `owner`: it has taken the name
 * by itself, keeps it while it runs, and gives it back at the end. `isGiven`: the Node was made for it, and when it is gone so is the machine's part.
 */
export function oneNode(
  deps: OneNodeDeps,
  { node, podCidr, owner, isGiven = false }: { node: NodeConfig; podCidr: string; owner?: string; isGiven?: boolean },
): Machine {
  const { client, transport, log } = deps;
  const nodes = createInformer({ transport, target: Nodes, onError: (error) => log.debug({ error }, 'informer') });
  const routes = createPodRoutes({ ...deps, nodes }, { podCidr, self: { name: node.name, address: node.ip } });
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  let isRouted = false;
  void routes.ready.then(() => {
    isRouted = true;
  });
  const lose = (why: string): void => lost.reject(new Error(`this machine is ${node.name} no longer: ${why}`));
  if (owner !== undefined || isGiven) {
    nodes.addHandler({
      update: (seen) => {
        if (owner !== undefined && seen.metadata?.name === node.name && ownerOfNode(seen) !== owner) lose('another has taken the name');
      },
      delete: (seen) => {
        if (seen.metadata?.name === node.name) lose('the Node was deleted');
      },
    });
  }
  if (isGiven) {
    void nodes.synced.then(() => {
      if (!nodes.byKey(node.name)) lose('the Node was deleted');
    });
  }
  return {
    network: deps.network,
    nodes: [node],
    openRange: (cidr) => routes.opened(cidr),
    waitingFor: () => (isRouted ? [] : ['routes to other nodes']),
    async run(signal) {
      await Promise.race([Promise.all([nodes.run(signal), routes.run(signal)]), lost.promise]);
    },
    async [Symbol.asyncDispose]() {
      if (owner !== undefined) await giveNameBack(client, node.name, owner);
    },
  };
}

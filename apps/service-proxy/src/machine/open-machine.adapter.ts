import { Nodes } from '@kubernats/api';
import type { InformerSet, Log } from '@kubernats/client';
import { aborted, type Clock, type Random } from '@kubernats/clock';
import { addressPlan, addressTowards, anyipNetwork, loopbackNetwork, machineAddresses, type Network } from '@kubernats/net';
import { createPodRoutes, ipRoutes, type PodRoutes } from '@kubernats/net/pod-routes';
import type { ConfigOf } from '@kubernats/runtime';
import type { serviceProxyOptions } from '../options.ts';
import type { ProxyMachine } from '../service-proxy.ts';

type Options = Pick<ConfigOf<typeof serviceProxyOptions>, 'network' | 'natsUrl' | 'podRoutes' | 'exposeAddress'>;

/** The machine that a proxy is on: its sockets, what of the cluster is on it, and its routes. */
export interface Machine {
  network: Network;
  exposeAddress: string | undefined;
  /** Undefined: it is all nodes. */
  ofProxy: ProxyMachine | undefined;
  /** Its way to the Pods of all nodes. */
  podRoutes(deps: { informers: InformerSet; clock: Clock; random: Random; log: Log }): Pick<PodRoutes, 'ready' | 'run'>;
}

/** The machine as the options say. On `anyip` the addresses of Services are local to it from here on. */
export async function openMachine(options: Options): Promise<Machine> {
  const ownAddress = () => addressTowards(new URL(options.natsUrl.split(',')[0] ?? '').hostname);
  const exposeAddress = options.exposeAddress === 'auto' ? await ownAddress() : options.exposeAddress;
  const noRoutes = () => ({ ready: Promise.resolve(), run: aborted });
  if (options.network === 'loopback') {
    return { network: loopbackNetwork(), exposeAddress, ofProxy: undefined, podRoutes: noRoutes };
  }
  const { podCidr, serviceCidr } = addressPlan('anyip');
  const routes = ipRoutes();
  const address = await ownAddress();
  await routes.set({ cidr: serviceCidr, to: 'local', source: address });
  const here = new Set(machineAddresses());
  return {
    network: anyipNetwork([podCidr, serviceCidr]),
    exposeAddress,
    ofProxy: {
      address,
      isNode: ({ status }) => status?.addresses?.some((each) => each.type === 'InternalIP' && here.has(each.address)) === true,
    },
    podRoutes: options.podRoutes
      ? ({ informers, ...deps }) => createPodRoutes({ ...deps, routes, nodes: informers.of(Nodes) }, { podCidr })
      : noRoutes,
  };
}

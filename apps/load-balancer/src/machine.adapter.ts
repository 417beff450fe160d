import { addressPlan, addressTowards, loopbackNetwork, type Network } from '@kubernats/net';
import { ipRoutes } from '@kubernats/net/pod-routes';
import type { ConfigOf } from '@kubernats/runtime';
import type { loadBalancerOptions } from './options.ts';

type Options = Pick<ConfigOf<typeof loadBalancerOptions>, 'network' | 'slot' | 'natsUrl' | 'addressPool' | 'exposeAddress'>;

/** The machine that load balancers are on. */
export interface Machine {
  network: Network;
  addressPool: string;
  exposeAddress: string | undefined;
  udpSourceHost: string | undefined;
}

/** The machine as the options say. On `anyip` the addresses of the pool are local to it from here on. */
export async function openMachine(options: Options): Promise<Machine> {
  const { addressPool = addressPlan(options.network, options.slot).loadBalancerCidr } = options;
  const isAnyip = options.network === 'anyip';
  const own =
    isAnyip || options.exposeAddress === 'auto' ? await addressTowards(new URL(options.natsUrl.split(',')[0] ?? '').hostname) : undefined;
  if (isAnyip) await ipRoutes().set({ cidr: addressPool, to: 'local', source: own });
  return {
    network: loopbackNetwork(),
    addressPool,
    exposeAddress: options.exposeAddress === 'auto' ? own : options.exposeAddress,
    udpSourceHost: isAnyip ? own : undefined,
  };
}

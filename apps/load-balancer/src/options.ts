import { isIp, parseCidr } from '@kubernats/net';
import { componentOptions, duration, integer, leaderOptions, option, text, toggle } from '@kubernats/runtime';
import * as z from 'zod';
import { HEALTH_DEFAULTS } from './config.ts';

const cidr = text.refine((value) => {
  try {
    return parseCidr(value).size > 0;
  } catch {
    return false;
  }
}, 'must be an IPv4 range such as 127.200.0.0/16');

export const loadBalancerOptions = {
  ...componentOptions,
  ...leaderOptions,
  network: option({
    description:
      'Whose addresses are listened on: loopback is 127.0.0.0/8 of this machine; anyip makes the pool local to a machine or container before the nodes (CAP_NET_ADMIN).',
    schema: z.enum(['loopback', 'anyip'], 'must be loopback or anyip'),
    default: 'loopback',
    value: 'KIND',
  }),
  slot: option({ description: "The cluster's slot in 127.0.0.0/8, 0 to 7.", schema: integer(0, 7), default: 0, value: 'SLOT' }),
  addressPool: option({
    description:
      "The IPv4 range of the addresses that Services get. Default: the slot's own, 127.200.0.0/16 for slot 0; with --network anyip 172.31.0.0/16.",
    schema: cidr.optional(),
    value: 'CIDR',
  }),
  exposeAddress: option({
    description:
      'An address of this machine on which the ports of all load balancers are opened as well, for clients outside it; auto is the one from which it reaches NATS.',
    schema: text.refine((value) => value === 'auto' || isIp(value), 'must be an IPv4 address, or auto').optional(),
    value: 'ADDRESS',
  }),
  healthCheckInterval: option({
    description: 'Time between two checks of a node.',
    schema: duration,
    default: HEALTH_DEFAULTS.intervalMs,
    value: 'TIME',
  }),
  healthCheckTimeout: option({
    description: 'How long a node may take to answer a check.',
    schema: duration,
    default: HEALTH_DEFAULTS.timeoutMs,
    value: 'TIME',
  }),
  unhealthyThreshold: option({
    description: 'Failed checks in a row that take a node out.',
    schema: integer(1, 100),
    default: HEALTH_DEFAULTS.unhealthyAfter,
    value: 'NUMBER',
  }),
  healthyThreshold: option({
    description: 'Passed checks in a row that bring a node back.',
    schema: integer(1, 100),
    default: HEALTH_DEFAULTS.healthyAfter,
    value: 'NUMBER',
  }),
  withdraw: option({
    description: 'Take back the addresses of all Services and end: for when no load balancer is to run any more.',
    schema: toggle,
    default: false,
  }),
};

import { PROXY_HEALTHZ_PORT } from '@kubernats/dataplane';
import { isIp } from '@kubernats/net';
import { componentOptions, dnsOptions, option, port, text, toggle } from '@kubernats/runtime';
import * as z from 'zod';

export const serviceProxyOptions = {
  ...componentOptions,
  ...dnsOptions,
  network: option({
    description:
      'Whose addresses are listened on: loopback is 127.0.0.0/8 of this machine; anyip is for a machine or container that is one node, or stands before the nodes (CAP_NET_ADMIN).',
    schema: z.enum(['loopback', 'anyip'], 'must be loopback or anyip'),
    default: 'loopback',
    value: 'KIND',
  }),
  podRoutes: option({
    description:
      'Keep routes to the Pods of all nodes, with --network anyip: for a machine that is no node. A kubelet-sim keeps them itself.',
    schema: toggle,
    default: false,
  }),
  nodeSelector: option({
    description: 'Label selector of the nodes whose node ports open here. Default: all nodes.',
    schema: text.optional(),
    value: 'SELECTOR',
  }),
  exposeAddress: option({
    description:
      'An address of this machine where node ports open as well, for clients outside of the cluster; auto is the one from which it reaches NATS.',
    schema: z
      .string()
      .refine((value) => value === 'auto' || isIp(value), 'must be an IPv4 address, or auto')
      .optional(),
    value: 'ADDRESS',
  }),
  healthzPort: option({
    description: "Where /healthz and /livez are, on every node's address; 0: nowhere.",
    schema: port,
    default: PROXY_HEALTHZ_PORT,
    value: 'PORT',
  }),
};

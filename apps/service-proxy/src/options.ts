import { PROXY_HEALTHZ_PORT } from '@kubernats/dataplane';
import { isIp } from '@kubernats/net';
import { componentOptions, dnsOptions, option, port, text } from '@kubernats/runtime';
import * as z from 'zod';

export const serviceProxyOptions = {
  ...componentOptions,
  ...dnsOptions,
  network: option({
    description: 'Whose addresses are listened on: loopback is 127.0.0.0/8 of this machine.',
    schema: z.enum(['loopback'], 'must be loopback'),
    default: 'loopback',
    value: 'KIND',
  }),
  nodeSelector: option({
    description: 'Label selector of the nodes whose node ports open here. Default: all nodes.',
    schema: text.optional(),
    value: 'SELECTOR',
  }),
  exposeAddress: option({
    description: 'An address of this machine where node ports open as well, for clients outside of the cluster.',
    schema: z.string().refine(isIp, 'must be an IPv4 address').optional(),
    value: 'ADDRESS',
  }),
  healthzPort: option({
    description: "Where /healthz and /livez are, on every node's address; 0: nowhere.",
    schema: port,
    default: PROXY_HEALTHZ_PORT,
    value: 'PORT',
  }),
};

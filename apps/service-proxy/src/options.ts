import { componentOptions, dnsOptions, option, text } from '@kubernats/runtime';
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
};

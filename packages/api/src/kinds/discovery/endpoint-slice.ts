import { fieldPath } from '@kubernats/apimachinery';
import type { EndpointSlice } from '../../../generated/types.ts';
import { EndpointSlices } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { type NotHonoured, notHonoured } from '../../validation/not-honoured.ts';
import { defineKind } from '../define.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './endpoint-slice/validate.ts';

/** R1: what the first version of the kind said by it has fields of its own. */
const NOT_HONOURED: NotHonoured = ['endpoints[*].deprecatedTopology'];
const MAX_SHOWN = 3;
const MAX_PORTS_SHOWN = 3;

function portsText({ ports = [] }: EndpointSlice): string {
  if (ports.length === 0) return '<unset>';
  const shown = ports.map(({ port, name }) => (port === undefined ? name || '*' : String(port)));
  const list = shown.slice(0, MAX_PORTS_SHOWN).join(',');
  return shown.length > MAX_PORTS_SHOWN ? `${list} + ${shown.length - MAX_PORTS_SHOWN} more...` : list;
}

function endpointsText({ endpoints = [] }: EndpointSlice): string {
  const addresses = endpoints.flatMap((endpoint) => endpoint.addresses ?? []);
  if (addresses.length === 0) return '<unset>';
  const list = addresses.slice(0, MAX_SHOWN).join(',');
  return addresses.length > MAX_SHOWN ? `${list} + ${addresses.length - MAX_SHOWN} more...` : list;
}

export const endpointSliceRow = defineKind<EndpointSlice>(EndpointSlices, {
  columns: [
    NAME,
    text('AddressType', 'What its addresses are: IPv4, IPv6 or FQDN.', (slice) => slice.addressType ?? ''),
    text('Ports', 'The ports of its endpoints.', portsText),
    text('Endpoints', 'The addresses of its endpoints.', endpointsText),
    AGE,
  ],
  strategy: {
    default({ ports }) {
      for (const port of ports ?? []) {
        port.name ??= '';
        port.protocol ??= 'TCP';
      }
    },
    validate: validateEndpointSlice,
    validateUpdate: validateEndpointSliceUpdate,
    warnings: (slice) => notHonoured(slice, NOT_HONOURED, fieldPath()),
  },
});

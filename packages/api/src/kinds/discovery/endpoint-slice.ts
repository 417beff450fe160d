import {
  dns1123Label,
  dns1123Subdomain,
  duplicate,
  fieldPath,
  invalidValue,
  notSupported,
  required,
  tooMany,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Endpoint, EndpointSlice } from '../../../generated/types.ts';
import { EndpointSlices } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { checkText, IMMUTABLE, isIPv4, isIPv6 } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 100;
const MAX_SHOWN = 3;
const MAX_PORTS_SHOWN = 3;

function validate(slice: EndpointSlice): Cause[] {
  const out: Cause[] = [];
  if (!slice.addressType) out.push(required(fieldPath('addressType')));
  else if (!ADDRESS_TYPES.includes(slice.addressType)) out.push(notSupported(fieldPath('addressType'), slice.addressType, ADDRESS_TYPES));
  const endpoints = slice.endpoints ?? [];
  if (endpoints.length > MAX_ENDPOINTS) out.push(tooMany(fieldPath('endpoints'), endpoints.length, MAX_ENDPOINTS));
  else endpoints.forEach((endpoint, i) => checkEndpoint(endpoint, slice.addressType, i, out));
  checkPorts(slice, out);
  return out;
}

/** Addresses in 127.0.0.0/8 are accepted: the loopback network's Pods have them (Kubernetes refuses them). */
function checkEndpoint({ addresses = [], hostname }: Endpoint, type: string | undefined, index: number, out: Cause[]): void {
  const path = fieldPath('endpoints').index(index);
  if (addresses.length === 0) out.push(required(path.child('addresses'), 'must contain at least 1 address'));
  if (addresses.length > MAX_ADDRESSES) out.push(tooMany(path.child('addresses'), addresses.length, MAX_ADDRESSES));
  addresses.forEach((address, i) => {
    const at = path.child('addresses').index(i);
    if (type === 'IPv4' && !isIPv4(address)) out.push(invalidValue(at, address, 'must be an IPv4 address'));
    if (type === 'IPv6' && !isIPv6(address)) out.push(invalidValue(at, address, 'must be an IPv6 address'));
    if (type === 'FQDN') checkText(dns1123Subdomain, address, at, out);
  });
  if (hostname) checkText(dns1123Label, hostname, path.child('hostname'), out);
}

function checkPorts({ ports = [] }: EndpointSlice, out: Cause[]): void {
  if (ports.length > MAX_PORTS) out.push(tooMany(fieldPath('ports'), ports.length, MAX_PORTS));
  const names = new Set<string>();
  ports.forEach(({ name = '', protocol }, i) => {
    const at = fieldPath('ports').index(i);
    if (name !== '') checkText(dns1123Label, name, at.child('name'), out);
    if (names.has(name)) out.push(duplicate(at.child('name'), name));
    names.add(name);
    if (protocol && !['SCTP', 'TCP', 'UDP'].includes(protocol))
      out.push(notSupported(at.child('protocol'), protocol, ['SCTP', 'TCP', 'UDP']));
  });
}

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
    validate,
    validateUpdate: (slice, old) =>
      slice.addressType === old.addressType ? [] : [invalidValue(fieldPath('addressType'), slice.addressType, IMMUTABLE)],
  },
});

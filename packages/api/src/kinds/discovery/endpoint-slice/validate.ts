import {
  duplicate,
  type FieldPath,
  fieldPath,
  invalidValue,
  qualifiedName,
  required,
  tooMany,
  validateLabels,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { DiscoveryEndpointPort, Endpoint, EndpointSlice } from '../../../../generated/types.ts';
import { checkText, IMMUTABLE, label, oneOf, subdomain } from '../../../validation/basics.ts';
import { checkAddress } from './validate-address.ts';
import { checkHints } from './validate-hints.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_TOPOLOGY_LABELS = 16;

export function validateEndpointSlice({ addressType, ports = [], endpoints = [] }: EndpointSlice): Cause[] {
  const out: Cause[] = [];
  oneOf(addressType, ADDRESS_TYPES, fieldPath('addressType'), out);
  if (ports.length > MAX_PORTS) out.push(tooMany(fieldPath('ports'), ports.length, MAX_PORTS));
  else checkPorts(ports, out);
  if (endpoints.length > MAX_ENDPOINTS) out.push(tooMany(fieldPath('endpoints'), endpoints.length, MAX_ENDPOINTS));
  else endpoints.forEach((endpoint, i) => checkEndpoint(endpoint, addressType, fieldPath('endpoints').index(i), out));
  return out;
}

export function validateEndpointSliceUpdate({ addressType }: EndpointSlice, old: EndpointSlice): Cause[] {
  return addressType === old.addressType ? [] : [invalidValue(fieldPath('addressType'), addressType, IMMUTABLE)];
}

function checkPorts(ports: readonly DiscoveryEndpointPort[], out: Cause[]): void {
  const names = new Set<string>();
  ports.forEach(({ name = '', protocol, appProtocol }, i) => {
    const at = fieldPath('ports').index(i);
    if (name !== '') label(name, at.child('name'), out);
    if (names.has(name)) out.push(duplicate(at.child('name'), name));
    names.add(name);
    oneOf(protocol, PROTOCOLS, at.child('protocol'), out);
    if (appProtocol !== undefined) checkText(qualifiedName, appProtocol, at.child('appProtocol'), out);
  });
}

function checkEndpoint(endpoint: Endpoint, addressType: string, at: FieldPath, out: Cause[]): void {
  const { addresses = [], nodeName, deprecatedTopology, hostname, hints } = endpoint;
  const path = at.child('addresses');
  if (addresses.length === 0) out.push(required(path, 'must contain at least 1 address'));
  if (addresses.length > MAX_ADDRESSES) out.push(tooMany(path, addresses.length, MAX_ADDRESSES));
  addresses.forEach((address, i) => checkAddress(address, addressType, path.index(i), out));
  if (nodeName !== undefined) subdomain(nodeName, at.child('nodeName'), out);
  const labels = Object.keys(deprecatedTopology ?? {}).length;
  if (labels > MAX_TOPOLOGY_LABELS) out.push(tooMany(at.child('deprecatedTopology'), labels, MAX_TOPOLOGY_LABELS));
  out.push(...validateLabels(deprecatedTopology, at.child('deprecatedTopology')));
  if (hostname !== undefined) label(hostname, at.child('hostname'), out);
  if (hints) checkHints(hints, at.child('hints'), out);
}

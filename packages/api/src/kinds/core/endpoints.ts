import { dns1123Label, type FieldPath, fieldPath, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { EndpointAddress, Endpoints } from '../../../generated/types.ts';
import { EndpointsKind } from '../../refs.ts';
import { AGE, NAME, text } from '../../table/common-columns.ts';
import { between, checkIp, checkNonSpecialIp, checkText, isIp, oneOf, subdomain } from '../../validation/basics.ts';
import { defineKind } from '../define.ts';

const MAX_SHOWN = 3;

function validate({ subsets = [] }: Endpoints): Cause[] {
  const out: Cause[] = [];
  subsets.forEach(({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const at = fieldPath('subsets').index(i);
    if (addresses.length === 0 && notReadyAddresses.length === 0) out.push(required(at, 'must specify `addresses` or `notReadyAddresses`'));
    for (const [list, given] of Object.entries({ addresses, notReadyAddresses })) {
      given.forEach((address, a) => checkAddress(address, at.child(list).index(a), out));
    }
    ports.forEach(({ name, port, protocol }, p) => {
      const path = at.child('ports').index(p);
      if (name) checkText(dns1123Label, name, path.child('name'), out);
      else if (ports.length > 1) out.push(required(path.child('name')));
      between(port ?? 0, 1, 65_535, path.child('port'), out);
      oneOf(protocol, ['SCTP', 'TCP', 'UDP'], path.child('protocol'), out);
    });
  });
  return out;
}

/** Addresses in 127.0.0.0/8 are accepted: the loopback network's Pods have them (Kubernetes refuses them). */
function checkAddress({ ip, hostname, nodeName }: EndpointAddress, at: FieldPath, out: Cause[]): void {
  if (!isIp(ip)) checkIp(ip, at.child('ip'), out);
  else checkNonSpecialIp(ip, at.child('ip'), out, { loopbackIsFine: true });
  if (hostname) checkText(dns1123Label, hostname, at.child('hostname'), out);
  if (nodeName !== undefined) subdomain(nodeName, at.child('nodeName'), out);
}

function shown({ subsets = [] }: Endpoints): string {
  const all: string[] = [];
  for (const { addresses = [], ports = [] } of subsets) {
    if (ports.length === 0) all.push(...addresses.map(({ ip }) => ip));
    for (const { port } of ports) all.push(...addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)));
  }
  if (all.length === 0) return '<none>';
  const list = all.slice(0, MAX_SHOWN).join(',');
  return all.length > MAX_SHOWN ? `${list} + ${all.length - MAX_SHOWN} more...` : list;
}

export const endpointsRow = defineKind<Endpoints>(EndpointsKind, {
  shortNames: ['ep'],
  columns: [NAME, text('Endpoints', 'The ready addresses and their ports.', shown), AGE],
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  strategy: {
    default({ subsets }) {
      for (const { ports } of subsets ?? []) for (const port of ports ?? []) port.protocol ||= 'TCP';
    },
    validate,
    countsGeneration: false,
    allowCreateOnUpdate: true,
  },
});

// Source: the concept "Network Policies" and the API reference of NetworkPolicySpec.
import {
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  portName,
  portNumber,
  required,
  validateLabelSelector,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { IPBlock, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from '../../../../generated/types.ts';
import { checkText } from '../../../validation/basics.ts';
import { checkCidr, isStrictSubset, parseCidr } from '../../../validation/cidr.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const POLICY_TYPES = ['Ingress', 'Egress'];

export function checkNetworkPolicySpec(spec: NetworkPolicySpec, at: FieldPath): Cause[] {
  const out = validateLabelSelector(spec.podSelector, at.child('podSelector'));
  for (const [i, { ports, from }] of (spec.ingress ?? []).entries()) {
    checkRule(ports, from, 'from', at.child('ingress').index(i), out);
  }
  for (const [i, { ports, to }] of (spec.egress ?? []).entries()) checkRule(ports, to, 'to', at.child('egress').index(i), out);
  const { policyTypes = [] } = spec;
  if (policyTypes.length > POLICY_TYPES.length) {
    return [...out, invalidValue(at.child('policyTypes'), policyTypes, 'may not specify more than two policyTypes')];
  }
  for (const [i, type] of policyTypes.entries()) {
    if (!POLICY_TYPES.includes(type)) out.push(notSupported(at.child('policyTypes').index(i), type, POLICY_TYPES));
  }
  return out;
}

function checkRule(
  ports: NetworkPolicyPort[] = [],
  peers: NetworkPolicyPeer[] = [],
  field: 'from' | 'to',
  at: FieldPath,
  out: Cause[],
): void {
  for (const [i, port] of ports.entries()) checkPort(port, at.child('ports').index(i), out);
  for (const [i, peer] of peers.entries()) checkPeer(peer, at.child(field).index(i), out);
}

function checkPort({ protocol, port, endPort }: NetworkPolicyPort, at: FieldPath, out: Cause[]): void {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) out.push(notSupported(at.child('protocol'), protocol, PROTOCOLS));
  if (typeof port === 'number') {
    for (const problem of portNumber(port)) out.push(invalidValue(at.child('port'), port, problem));
    if (endPort === undefined) return;
    if (endPort < port) out.push(invalidValue(at.child('endPort'), endPort, 'must be greater than or equal to `port`'));
    for (const problem of portNumber(endPort)) out.push(invalidValue(at.child('endPort'), endPort, problem));
    return;
  }
  if (endPort !== undefined) {
    const why =
      port === undefined ? 'may not be specified when `port` is not specified' : 'may not be specified when `port` is non-numeric';
    out.push(invalidValue(at.child('endPort'), endPort, why));
  }
  if (port !== undefined) checkText(portName, port, at.child('port'), out);
}

function checkPeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, at: FieldPath, out: Cause[]): void {
  out.push(...validateLabelSelector(podSelector, at.child('podSelector')));
  out.push(...validateLabelSelector(namespaceSelector, at.child('namespaceSelector')));
  if (ipBlock) checkBlock(ipBlock, at.child('ipBlock'), out);
  if (!podSelector && !namespaceSelector && !ipBlock) out.push(required(at, 'must specify a peer'));
  if (ipBlock && (podSelector || namespaceSelector)) out.push(forbiddenField(at, 'may not specify both ipBlock and another peer'));
}

function checkBlock({ cidr, except = [] }: IPBlock, at: FieldPath, out: Cause[]): void {
  if (!cidr) {
    out.push(required(at.child('cidr')));
    return;
  }
  checkCidr(cidr, at.child('cidr'), out);
  const whole = parseCidr(cidr);
  if (!whole) return;
  for (const [i, text] of except.entries()) {
    const path = at.child('except').index(i);
    checkCidr(text, path, out);
    const part = parseCidr(text);
    if (part && !isStrictSubset(part, whole)) out.push(invalidValue(path, text, 'must be a strict subset of `cidr`'));
  }
}

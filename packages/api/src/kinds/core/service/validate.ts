import {
  deepEqual,
  dns1123Label,
  dns1123Subdomain,
  duplicate,
  type FieldPath,
  fieldPath,
  forbiddenField,
  invalidValue,
  required,
  validateLabels,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Service, ServicePort, ServiceSpec } from '../../../../generated/types.ts';
import { between, checkIp, checkPortOrName, checkText, isCidr, isIp, oneOf } from '../../../validation/basics.ts';

const SPEC = fieldPath('spec');
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const MAX_AFFINITY_SECONDS = 86_400;

export function validateService({ spec = {} }: Service): Cause[] {
  const out: Cause[] = [];
  const headless = spec.clusterIP === 'None';
  if ((spec.ports ?? []).length === 0 && !headless && spec.type !== 'ExternalName') out.push(required(SPEC.child('ports')));
  checkType(spec, headless, out);
  checkPorts(spec.ports ?? [], spec.type, out);
  if (spec.selector) out.push(...validateLabels(spec.selector, SPEC.child('selector')));
  oneOf(spec.sessionAffinity, ['ClientIP', 'None'], SPEC.child('sessionAffinity'), out);
  checkAffinity(spec, out);
  checkAddresses(spec, out);
  oneOf(spec.type, TYPES, SPEC.child('type'), out);
  checkPolicies(spec, out);
  return out;
}

function checkType(spec: ServiceSpec, headless: boolean, out: Cause[]): void {
  if (headless && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')) {
    out.push(invalidValue(SPEC.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${spec.type} services`));
  }
  if (spec.type !== 'ExternalName') return;
  if ((spec.clusterIPs ?? []).length > 0 || spec.clusterIP)
    out.push(forbiddenField(SPEC.child('clusterIPs'), 'may not be set for ExternalName services'));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') out.push(required(SPEC.child('externalName')));
  else checkText(dns1123Subdomain, name, SPEC.child('externalName'), out);
}

function checkPorts(ports: ServicePort[], type: string | undefined, out: Cause[]): void {
  const names = new Set<string>();
  const numbers = new Set<string>();
  const nodePorts = new Set<string>();
  ports.forEach((port, i) => {
    const at = SPEC.child('ports').index(i);
    if (!port.name) {
      if (ports.length > 1) out.push(required(at.child('name')));
    } else {
      checkText(dns1123Label, port.name, at.child('name'), out);
      if (names.has(port.name)) out.push(duplicate(at.child('name'), port.name));
      names.add(port.name);
    }
    between(port.port ?? 0, 1, 65_535, at.child('port'), out);
    oneOf(port.protocol, ['SCTP', 'TCP', 'UDP'], at.child('protocol'), out);
    checkPortOrName(port.targetPort ?? 0, at.child('targetPort'), out);
    const key = `${port.port}/${port.protocol}`;
    if (numbers.has(key)) out.push(duplicate(at, { port: port.port, protocol: port.protocol }));
    numbers.add(key);
    checkNodePort(port, type, at, nodePorts, out);
  });
}

function checkNodePort(port: ServicePort, type: string | undefined, at: FieldPath, taken: Set<string>, out: Cause[]): void {
  if (!port.nodePort) return;
  if (type === 'ClusterIP' || type === 'ExternalName') {
    out.push(forbiddenField(at.child('nodePort'), `may not be used when \`type\` is '${type}'`));
    return;
  }
  const key = `${port.nodePort}/${port.protocol}`;
  if (taken.has(key)) out.push(duplicate(at.child('nodePort'), { nodePort: port.nodePort, protocol: port.protocol }));
  taken.add(key);
}

function checkAffinity(spec: ServiceSpec, out: Cause[]): void {
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds !== undefined && (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS)) {
    const path = SPEC.child('sessionAffinityConfig', 'clientIP', 'timeoutSeconds');
    out.push(invalidValue(path, seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`));
  }
}

function checkAddresses(spec: ServiceSpec, out: Cause[]): void {
  const { clusterIP = '', clusterIPs = [] } = spec;
  if (spec.type !== 'ExternalName') {
    if (clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
      out.push(invalidValue(SPEC.child('clusterIPs'), clusterIPs, 'first value must match `clusterIP`'));
    }
    clusterIPs.forEach((ip, i) => {
      if (ip === 'None' ? clusterIPs.length > 1 : !isIp(ip)) {
        const why =
          ip === 'None' ? "'None' must be the first and only value" : 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
        out.push(invalidValue(SPEC.child('clusterIPs').index(i), ip, why));
      }
    });
    if (clusterIPs.length > 2) out.push(invalidValue(SPEC.child('clusterIPs'), clusterIPs, 'may only hold up to 2 values'));
  }
  spec.externalIPs?.forEach((ip, i) => checkIp(ip, SPEC.child('externalIPs').index(i), out));
  if (spec.loadBalancerSourceRanges?.length) {
    const path = SPEC.child('loadBalancerSourceRanges');
    if (spec.type !== 'LoadBalancer') out.push(forbiddenField(path, "may only be used when `type` is 'LoadBalancer'"));
    spec.loadBalancerSourceRanges.forEach((range, i) => {
      if (!isCidr(range.trim()))
        out.push(invalidValue(path.index(i), range, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'));
    });
  }
}

function checkPolicies(spec: ServiceSpec, out: Cause[]): void {
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.type === 'ClusterIP' && !!spec.externalIPs?.length);
  const path = SPEC.child('externalTrafficPolicy');
  if (external && spec.type !== 'ClusterIP') oneOf(spec.externalTrafficPolicy, ['Cluster', 'Local'], path, out);
  else if (spec.externalTrafficPolicy && !external) {
    out.push(invalidValue(path, spec.externalTrafficPolicy, 'may only be set for externally-accessible services'));
  }
  if (spec.type !== 'ExternalName') oneOf(spec.internalTrafficPolicy, ['Cluster', 'Local'], SPEC.child('internalTrafficPolicy'), out);
  oneOf(spec.ipFamilyPolicy, ['SingleStack', 'PreferDualStack', 'RequireDualStack'], SPEC.child('ipFamilyPolicy'), out, { optional: true });
  spec.ipFamilies?.forEach((family, i) => oneOf(family, ['IPv4', 'IPv6'], SPEC.child('ipFamilies').index(i), out));
}

/** S1: the cluster IP never changes in a Service's life (but for a change from or to ExternalName, which has none). */
export function validateServiceUpdate({ spec = {} }: Service, { spec: old = {} }: Service): Cause[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName' || !old.clusterIP) return [];
  if (spec.clusterIP !== old.clusterIP) {
    return [invalidValue(SPEC.child('clusterIPs').index(0), spec.clusterIPs ?? [spec.clusterIP], 'may not change once set')];
  }
  if (deepEqual(spec.loadBalancerClass, old.loadBalancerClass) || spec.type !== 'LoadBalancer' || old.type !== 'LoadBalancer') return [];
  return [invalidValue(SPEC.child('loadBalancerClass'), spec.loadBalancerClass ?? null, 'may not change once set')];
}

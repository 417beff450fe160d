import { dns1123Subdomain, fieldPath, forbiddenField, invalidValue, required, validateLabels } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Service, ServiceSpec } from '../../../../generated/types.ts';
import { checkText, oneOf } from '../../../validation/basics.ts';
import { isHeadless, needsNodePorts } from './types.ts';
import { checkClusterIps } from './validate-cluster-ips.ts';
import { checkPorts } from './validate-ports.ts';
import { checkTraffic } from './validate-traffic.ts';

const SPEC = fieldPath('spec');
const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const TOPOLOGY_HINTS = 'service.kubernetes.io/topology-aware-hints';
const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode';

/** What is wrong with a Service, before addresses and ports are given out. */
export function validateService(service: Service): Cause[] {
  const { spec = {} } = service;
  const out: Cause[] = [];
  checkAnnotations(service.metadata?.annotations ?? {}, out);
  oneOf(spec.type, TYPES, SPEC.child('type'), out);
  if (spec.type === 'ExternalName') checkExternalName(spec, out);
  else {
    if (isHeadless(spec) && needsNodePorts(spec)) {
      out.push(invalidValue(SPEC.child('clusterIPs').index(0), 'None', `may not be set to 'None' for ${spec.type} services`));
    }
    checkClusterIps(spec, out);
  }
  checkPorts(spec, out);
  if (spec.selector) out.push(...validateLabels(spec.selector, SPEC.child('selector')));
  checkTraffic(service, out);
  return out;
}

function checkAnnotations({ [TOPOLOGY_HINTS]: hints, [TOPOLOGY_MODE]: mode }: Record<string, string>, out: Cause[]): void {
  if (hints === undefined || mode === undefined || hints === mode) return;
  const why = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  out.push(invalidValue(fieldPath('metadata', 'annotations').key(TOPOLOGY_MODE), mode, why));
}

function checkExternalName(spec: ServiceSpec, out: Cause[]): void {
  const { clusterIP, clusterIPs = [], ipFamilies = [], ipFamilyPolicy, externalName = '' } = spec;
  const why = 'may not be set for ExternalName services';
  if (clusterIP || clusterIPs.length > 0) out.push(forbiddenField(SPEC.child('clusterIPs'), why));
  if (ipFamilies.length > 0) out.push(forbiddenField(SPEC.child('ipFamilies'), why));
  if (ipFamilyPolicy !== undefined) out.push(forbiddenField(SPEC.child('ipFamilyPolicy'), why));
  // A trailing dot says that the name is complete.
  const name = externalName.replace(/\.$/, '');
  if (name === '') out.push(required(SPEC.child('externalName')));
  else checkText(dns1123Subdomain, name, SPEC.child('externalName'), out);
}

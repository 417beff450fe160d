import { deepEqual, fieldPath, forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Service, ServiceSpec } from '../../../../generated/types.ts';
import { IMMUTABLE } from '../../../validation/basics.ts';
import { isHeadless, needsClusterIp, needsHealthCheck } from './types.ts';

const SPEC = fieldPath('spec');
const CLUSTER_IPS = SPEC.child('clusterIPs');
const FAMILIES = SPEC.child('ipFamilies');
const SET_ONCE = 'may not change once set';

/** S1: what was given out never changes in a Service's life, but for a change from or to ExternalName, which has no address. */
export function validateServiceUpdate({ spec = {} }: Service, { spec: old = {} }: Service): Cause[] {
  const out: Cause[] = [];
  if (needsClusterIp(spec) && needsClusterIp(old)) {
    checkSameClusterIps(spec, old, out);
    if (!isHeadless(spec) && !isHeadless(old)) checkSameFamilies(spec, old, out);
  }
  if (spec.type === 'LoadBalancer' && old.type === 'LoadBalancer' && !deepEqual(spec.loadBalancerClass, old.loadBalancerClass)) {
    out.push(invalidValue(SPEC.child('loadBalancerClass'), spec.loadBalancerClass, SET_ONCE));
  }
  if (needsHealthCheck(spec) && needsHealthCheck(old) && spec.healthCheckNodePort !== old.healthCheckNodePort) {
    out.push(forbiddenField(SPEC.child('healthCheckNodePort'), IMMUTABLE));
  }
  return out;
}

function checkSameClusterIps({ clusterIPs = [] }: ServiceSpec, { clusterIPs: old = [] }: ServiceSpec, out: Cause[]): void {
  if (clusterIPs.length === 0 && old.length > 0)
    out.push(invalidValue(CLUSTER_IPS.index(0), clusterIPs, 'primary clusterIP can not be unset'));
  old.forEach((ip, i) => {
    if (i < clusterIPs.length && clusterIPs[i] !== ip) out.push(invalidValue(CLUSTER_IPS.index(i), clusterIPs, SET_ONCE));
  });
}

function checkSameFamilies({ ipFamilies = [] }: ServiceSpec, { ipFamilies: old = [] }: ServiceSpec, out: Cause[]): void {
  const changed = old.some((family, i) => i < ipFamilies.length && ipFamilies[i] !== family);
  if (changed) out.push(invalidValue(FAMILIES.index(0), ipFamilies, SET_ONCE));
}

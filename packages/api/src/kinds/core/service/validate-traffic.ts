import { fieldPath, forbiddenField, invalidValue, qualifiedName } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Service, ServiceSpec } from '../../../../generated/types.ts';
import { between, checkIp, checkNonSpecialIp, checkText, isCidr, isIp, oneOf } from '../../../validation/basics.ts';
import { isExternallyAccessible, needsHealthCheck } from './types.ts';

const SPEC = fieldPath('spec');
const POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];
const AFFINITIES = ['ClientIP', 'None'];
const MAX_AFFINITY_SECONDS = 86_400;
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';
const ONLY_LOAD_BALANCERS = "may only be used when `type` is 'LoadBalancer'";

/** Which clients come in, and which endpoints they may get. */
export function checkTraffic(service: Service, out: Cause[]): void {
  const { spec = {} } = service;
  checkAffinity(spec, out);
  spec.externalIPs?.forEach((ip, i) => {
    const at = SPEC.child('externalIPs').index(i);
    if (isIp(ip)) checkNonSpecialIp(ip, at, out);
    else checkIp(ip, at, out);
  });
  checkSourceRanges(service, out);
  checkLoadBalancerFields(spec, out);
  checkExternalPolicy(spec, out);
  const internal = SPEC.child('internalTrafficPolicy');
  oneOf(spec.internalTrafficPolicy, POLICIES, internal, out, { optional: spec.type === 'ExternalName' });
  oneOf(spec.trafficDistribution, DISTRIBUTIONS, SPEC.child('trafficDistribution'), out, { optional: spec.trafficDistribution !== '' });
}

function checkAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec, out: Cause[]): void {
  oneOf(sessionAffinity, AFFINITIES, SPEC.child('sessionAffinity'), out);
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (sessionAffinity !== 'ClientIP' || seconds === undefined || (seconds > 0 && seconds <= MAX_AFFINITY_SECONDS)) return;
  const path = SPEC.child('sessionAffinityConfig', 'clientIP', 'timeoutSeconds');
  out.push(invalidValue(path, seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`));
}

/** Kubernetes names the field as Go does. */
function checkSourceRanges({ metadata, spec = {} }: Service, out: Cause[]): void {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const annotation = metadata?.annotations?.[SOURCE_RANGES];
  if (ranges.length === 0 && annotation === undefined) return;
  const path = ranges.length > 0 ? SPEC.child('LoadBalancerSourceRanges') : fieldPath('metadata', 'annotations').key(SOURCE_RANGES);
  if (spec.type !== 'LoadBalancer') out.push(forbiddenField(path, ONLY_LOAD_BALANCERS));
  const each = ranges.length > 0 ? ranges : (annotation ?? '').trim() === '' ? [] : (annotation ?? '').split(',');
  if (each.every((range) => isCidr(range.trim()))) return;
  const shown = ranges.length > 0 ? `[${ranges.join(' ')}]` : annotation;
  out.push(invalidValue(path, shown, 'must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 '));
}

function checkLoadBalancerFields(spec: ServiceSpec, out: Cause[]): void {
  const { allocateLoadBalancerNodePorts, loadBalancerClass } = spec;
  const path = SPEC.child('loadBalancerClass');
  if (spec.type === 'LoadBalancer') {
    if (loadBalancerClass !== undefined) checkText(qualifiedName, loadBalancerClass, path, out);
    return;
  }
  if (allocateLoadBalancerNodePorts !== undefined) {
    out.push(forbiddenField(SPEC.child('allocateLoadBalancerNodePorts'), ONLY_LOAD_BALANCERS));
  }
  if (loadBalancerClass !== undefined) out.push(forbiddenField(path, ONLY_LOAD_BALANCERS));
}

function checkExternalPolicy(spec: ServiceSpec, out: Cause[]): void {
  const { externalTrafficPolicy, healthCheckNodePort } = spec;
  const policy = SPEC.child('externalTrafficPolicy');
  if (isExternallyAccessible(spec)) oneOf(externalTrafficPolicy, POLICIES, policy, out);
  else if (externalTrafficPolicy) {
    out.push(invalidValue(policy, externalTrafficPolicy, 'may only be set for externally-accessible services'));
  }
  if (!healthCheckNodePort) return;
  const port = SPEC.child('healthCheckNodePort');
  if (needsHealthCheck(spec)) between(healthCheckNodePort, 1, 65_535, port, out);
  else {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    out.push(invalidValue(port, healthCheckNodePort, why));
  }
}

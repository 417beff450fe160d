import { dns1123Subdomain, fieldPath, forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { Service } from '../../../../generated/types.ts';
import { checkIp, checkText, isIp, oneOf } from '../../../validation/basics.ts';

const INGRESS = fieldPath('status', 'loadBalancer', 'ingress');

/** What is wrong with the addresses that a load balancer says it has given. */
export function validateServiceStatus({ spec, status }: Service): Cause[] {
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0 && spec?.type !== 'LoadBalancer') {
    return [forbiddenField(INGRESS, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const out: Cause[] = [];
  ingress.forEach(({ ip, ipMode, hostname }, i) => {
    const at = INGRESS.index(i);
    if (ip) {
      checkIp(ip, at.child('ip'), out);
      oneOf(ipMode, ['Proxy', 'VIP'], at.child('ipMode'), out);
    } else if (ipMode !== undefined) out.push(forbiddenField(at.child('ipMode'), 'may not be specified when `ip` is not set'));
    if (!hostname) return;
    checkText(dns1123Subdomain, hostname, at.child('hostname'), out);
    if (isIp(hostname)) out.push(invalidValue(at.child('hostname'), hostname, 'must be a DNS name, not an IP address'));
  });
  return out;
}

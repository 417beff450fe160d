import { dns1123Label, dns1123Subdomain, type FieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { checkIp, checkNonSpecialIp, checkText, isIPv4, isIPv6, isIp } from '../../../validation/basics.ts';

/** Addresses in 127.0.0.0/8 are accepted: the loopback network's Pods have them (Kubernetes refuses them). */
export function checkAddress(address: string, addressType: string, at: FieldPath, out: Cause[]): void {
  if (addressType === 'FQDN') return checkDomain(address, at, out);
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return;
  if (!isIp(address)) return checkIp(address, at, out);
  const isOfType = addressType === 'IPv4' ? isIPv4 : isIPv6;
  if (!isOfType(address)) out.push(invalidValue(at, address, `must be an ${addressType} address`));
  checkNonSpecialIp(address, at, out, { loopbackIsFine: true });
}

function checkDomain(address: string, at: FieldPath, out: Cause[]): void {
  if (address === '') return void out.push(required(at));
  const name = address.replace(/\.$/, '');
  const problems = dns1123Subdomain(name);
  if (problems.length > 0) return void out.push(invalidValue(at, name, problems.join(',')));
  const labels = name.split('.');
  if (labels.length < 2) out.push(invalidValue(at, name, 'should be a domain with at least two segments separated by dots'));
  for (const each of labels) checkText(dns1123Label, each, at, out);
}

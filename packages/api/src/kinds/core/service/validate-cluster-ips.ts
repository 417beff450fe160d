import { duplicate, type FieldPath, fieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ServiceSpec } from '../../../../generated/types.ts';
import { checkIp, isIPv6, isIp, oneOf } from '../../../validation/basics.ts';
import { isHeadless } from './types.ts';

const SPEC = fieldPath('spec');
const CLUSTER_IPS = SPEC.child('clusterIPs');
const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** `clusterIP`, `clusterIPs`, `ipFamilies` and `ipFamilyPolicy`, which say the same in part. Not for ExternalName, which has none. */
export function checkClusterIps(spec: ServiceSpec, out: Cause[]): void {
  const { clusterIP = '', clusterIPs = [], ipFamilies = [] } = spec;
  checkAligned(clusterIP, clusterIPs, out);
  ipFamilies.forEach((family, i) => {
    const at = SPEC.child('ipFamilies').index(i);
    if (!FAMILIES.includes(family)) out.push(notSupported(at, family, FAMILIES));
    if (ipFamilies.indexOf(family) < i) out.push(duplicate(at, family));
  });
  oneOf(spec.ipFamilyPolicy, POLICIES, SPEC.child('ipFamilyPolicy'), out, { optional: true });
  if (!checkSyntax(clusterIPs, out)) return;
  if (clusterIPs.length > 2) out.push(invalidValue(CLUSTER_IPS, clusterIPs, 'may only hold up to 2 values'));
  if (clusterIPs.length > 1 && new Set(clusterIPs.map(isIPv6)).size < 2) {
    out.push(invalidValue(CLUSTER_IPS, clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  if (!isHeadless(spec)) clusterIPs.forEach((ip, i) => checkFamily(ip, ipFamilies[i], i, CLUSTER_IPS.index(i), out));
}

function checkAligned(clusterIP: string, clusterIPs: readonly string[], out: Cause[]): void {
  if (clusterIP === '') {
    if (clusterIPs.length > 0) out.push(invalidValue(CLUSTER_IPS, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  } else if (clusterIPs.length === 0) out.push(required(CLUSTER_IPS));
  else if (clusterIPs[0] !== clusterIP) out.push(invalidValue(CLUSTER_IPS, clusterIPs, 'first value must match `clusterIP`'));
}

/** False: one of them is no address, and more about them would only confuse. */
function checkSyntax(clusterIPs: readonly string[], out: Cause[]): boolean {
  let good = true;
  clusterIPs.forEach((ip, i) => {
    if (i === 0 && ip === 'None') {
      if (clusterIPs.length === 1) return;
      out.push(invalidValue(CLUSTER_IPS, clusterIPs, "'None' must be the first and only value"));
    } else if (isIp(ip)) return;
    else checkIp(ip, CLUSTER_IPS.index(i), out);
    good = false;
  });
  return good;
}

function checkFamily(ip: string, family: string | undefined, index: number, at: FieldPath, out: Cause[]): void {
  const actual = isIPv6(ip) ? 'IPv6' : 'IPv4';
  if (family === undefined || family === actual || !FAMILIES.includes(family)) return;
  out.push(invalidValue(at, ip, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``));
}

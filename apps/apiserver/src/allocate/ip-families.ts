import type { ServiceSpec } from '@kubernats/api';
import { invalidValue } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';

/** The one family of this cluster's Services. */
const FAMILY = 'IPv4';
const OTHER_FAMILY = 'IPv6';
const POLICY = 'spec.ipFamilyPolicy';

/**
 * Fills in `ipFamilyPolicy` and `ipFamilies` of a Service as a cluster of one family does, and says what it cannot give.
 * Source: the concept "IPv4/IPv6 dual-stack".
 */
export function settleIpFamilies(spec: ServiceSpec, old: ServiceSpec | undefined): Cause[] {
  if (spec.type === 'ExternalName') return [];
  const manual = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  const policy = (spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (manual ? 'RequireDualStack' : 'SingleStack'));
  if (policy === 'SingleStack' && old && sameFamilies(spec, old)) spec.ipFamilies = spec.ipFamilies?.slice(0, 1);
  const causes = [...countCauses(spec, policy, old), ...addressCauses(spec)];
  if (causes.length > 0) return causes;
  // Its endpoints are its owner's own business: nothing is given out, so both families are fine.
  if (manual) {
    const [first = FAMILY] = spec.ipFamilies ?? [];
    const second = first === FAMILY ? OTHER_FAMILY : FAMILY;
    if ((spec.ipFamilies ?? []).length < 2) spec.ipFamilies = policy === 'SingleStack' ? [first] : [first, second];
    return [];
  }
  const refused = clusterCauses(spec, policy);
  if (refused.length === 0 && !spec.ipFamilies?.length) spec.ipFamilies = [FAMILY];
  return refused;
}

/** One policy and another number of families. */
function countCauses({ ipFamilies = [] }: ServiceSpec, policy: string, old: ServiceSpec | undefined): Cause[] {
  if (policy !== 'SingleStack') {
    const reduced = ipFamilies.length > 0 && ipFamilies.length < (old?.ipFamilies ?? []).length;
    return reduced ? [invalidValue(POLICY, policy, "must be 'SingleStack' to release the secondary IP family")] : [];
  }
  if (ipFamilies.length < 2) return [];
  return [invalidValue(POLICY, policy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified")];
}

/** An address of a family that the author did not name. */
function addressCauses({ clusterIPs = [], ipFamilies = [] }: ServiceSpec): Cause[] {
  return clusterIPs.flatMap((ip, i) =>
    i >= ipFamilies.length && ip.includes(':')
      ? [invalidValue(`spec.clusterIPs[${i}]`, clusterIPs, `${OTHER_FAMILY} is not configured on this cluster`)]
      : [],
  );
}

function clusterCauses({ ipFamilies = [] }: ServiceSpec, policy: string): Cause[] {
  const causes = ipFamilies.flatMap((family, i) =>
    family === FAMILY ? [] : [invalidValue(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster')],
  );
  if (policy !== 'RequireDualStack') return causes;
  return [invalidValue(POLICY, policy, 'this cluster is not configured for dual-stack services'), ...causes];
}

const sameFamilies = (a: ServiceSpec, b: ServiceSpec): boolean => (a.ipFamilies ?? []).join() === (b.ipFamilies ?? []).join();

import { dns1123SubdomainWithUnderscore, type FieldPath, invalidValue, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { PodDNSConfig, PodSpec } from '../../../../generated/types.ts';
import { checkIp, checkText, oneOf } from '../../../validation/basics.ts';

const POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const NAMESERVERS_MAX = 3;
const SEARCHES_MAX = 32;
const SEARCH_CHARACTERS_MAX = 2048;

/** Kubernetes' rules for `dnsPolicy` and `dnsConfig`. */
export function checkDns({ dnsPolicy, dnsConfig }: PodSpec, path: FieldPath, out: Cause[]): void {
  oneOf(dnsPolicy, POLICIES, path.child('dnsPolicy'), out);
  const at = path.child('dnsConfig');
  if (dnsPolicy === 'None' && !dnsConfig) out.push(required(at, 'must provide `dnsConfig` when `dnsPolicy` is None'));
  else if (dnsPolicy === 'None' && (dnsConfig?.nameservers ?? []).length === 0) {
    out.push(required(at.child('nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None'));
  } else if (dnsConfig) checkConfig(dnsConfig, at, out);
}

function checkConfig({ nameservers = [], searches = [], options = [] }: PodDNSConfig, at: FieldPath, out: Cause[]): void {
  if (nameservers.length > NAMESERVERS_MAX)
    out.push(invalidValue(at.child('nameservers'), nameservers, `must not have more than ${NAMESERVERS_MAX} nameservers`));
  nameservers.forEach((nameserver, i) => checkIp(nameserver, at.child('nameservers').index(i), out));
  if (searches.length > SEARCHES_MAX)
    out.push(invalidValue(at.child('searches'), searches, `must not have more than ${SEARCHES_MAX} search paths`));
  if (searches.join(' ').length > SEARCH_CHARACTERS_MAX) {
    const problem = `must not have more than ${SEARCH_CHARACTERS_MAX} characters (including spaces) in the search list`;
    out.push(invalidValue(at.child('searches'), searches, problem));
  }
  searches.forEach((search, i) => {
    // Alone, it is the root.
    if (search !== '.') checkText(dns1123SubdomainWithUnderscore, search.replace(/\.$/, ''), at.child('searches').index(i), out);
  });
  options.forEach(({ name }, i) => {
    if (!name) out.push(required(at.child('options').index(i), 'must not be empty'));
  });
}

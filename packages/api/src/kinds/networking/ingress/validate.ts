// Source: the concept "Ingress" and the API reference of IngressSpec.
import {
  dns1123Subdomain,
  type FieldPath,
  fieldPath,
  invalidValue,
  notSupported,
  required,
  wildcardDns1123Subdomain,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { HTTPIngressPath, Ingress, IngressRule, IngressTLS } from '../../../../generated/types.ts';
import { checkIp, checkText, isIp } from '../../../validation/basics.ts';
import { INGRESS_CLASS_ANNOTATION } from '../ingress.ts';
import { checkBackend } from './validate-backend.ts';

const SPEC = fieldPath('spec');
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const NOT_IN_PATHS = ['//', '/./', '/../', '%2f', '%2F'];
const NOT_AT_END = ['/..', '/.'];

export function validateIngress({ spec = {} }: Ingress): Cause[] {
  const out: Cause[] = [];
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  if (rules.length === 0 && !defaultBackend) {
    out.push(invalidValue(SPEC, spec.rules, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (defaultBackend) checkBackend(defaultBackend, SPEC.child('defaultBackend'), out);
  for (const [i, rule] of rules.entries()) checkRule(rule, SPEC.child('rules').index(i), out);
  for (const [i, each] of tls.entries()) checkTls(each, SPEC.child('tls').index(i), out);
  if (ingressClassName !== undefined) checkText(dns1123Subdomain, ingressClassName, SPEC.child('ingressClassName'), out);
  return out;
}

/** The older annotation may not contradict the field. */
export function validateIngressCreate({ metadata, spec }: Ingress): Cause[] {
  const annotation = metadata?.annotations?.[INGRESS_CLASS_ANNOTATION];
  if (annotation === undefined || spec?.ingressClassName === undefined || annotation === spec.ingressClassName) return [];
  const why = 'must match `ingressClassName` when both are specified';
  return [invalidValue(fieldPath('annotations').child(INGRESS_CLASS_ANNOTATION), annotation, why)];
}

export function validateIngressStatus({ status }: Ingress): Cause[] {
  const out: Cause[] = [];
  for (const [i, { ip, hostname }] of (status?.loadBalancer?.ingress ?? []).entries()) {
    const at = fieldPath('status', 'loadBalancer', 'ingress').index(i);
    if (ip) checkIp(ip, at.child('ip'), out);
    if (!hostname) continue;
    checkText(dns1123Subdomain, hostname, at.child('hostname'), out);
    notAnAddress(hostname, at.child('hostname'), out);
  }
  return out;
}

function checkRule({ host, http }: IngressRule, at: FieldPath, out: Cause[]): void {
  if (host) {
    notAnAddress(host, at.child('host'), out);
    checkHost(host, at.child('host'), out);
  }
  if (!http) return;
  const { paths = [] } = http;
  if (paths.length === 0) out.push(required(at.child('http', 'paths')));
  for (const [i, path] of paths.entries()) checkPath(path, at.child('http', 'paths').index(i), out);
}

function checkPath({ path = '', pathType, backend }: HTTPIngressPath, at: FieldPath, out: Cause[]): void {
  if (pathType === undefined) {
    out.push(required(at.child('pathType'), 'pathType must be specified'));
    return;
  }
  const isAbsolute = path.startsWith('/');
  if (!PATH_TYPES.includes(pathType)) out.push(notSupported(at.child('pathType'), pathType, PATH_TYPES));
  else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !isAbsolute) out.push(invalidValue(at.child('path'), path, 'must be an absolute path'));
  } else {
    if (!isAbsolute) out.push(invalidValue(at.child('path'), path, 'must be an absolute path'));
    for (const part of NOT_IN_PATHS) if (path.includes(part)) out.push(invalidValue(at.child('path'), path, `must not contain '${part}'`));
    for (const end of NOT_AT_END) if (path.endsWith(end)) out.push(invalidValue(at.child('path'), path, `cannot end with '${end}'`));
  }
  checkBackend(backend ?? {}, at.child('backend'), out);
}

function checkTls({ hosts = [], secretName }: IngressTLS, at: FieldPath, out: Cause[]): void {
  for (const [i, host] of hosts.entries()) checkHost(host, at.child('hosts').index(i), out);
  if (secretName) checkText(dns1123Subdomain, secretName, at.child('secretName'), out);
}

const checkHost = (host: string, at: FieldPath, out: Cause[]): void =>
  checkText(host.includes('*') ? wildcardDns1123Subdomain : dns1123Subdomain, host, at, out);

function notAnAddress(host: string, at: FieldPath, out: Cause[]): void {
  if (isIp(host)) out.push(invalidValue(at, host, 'must be a DNS name, not an IP address'));
}

// Source: the concept "API Priority and Fairness" and the API reference of FlowSchemaSpec.
import {
  dns1123Label,
  dns1123Subdomain,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type {
  FlowcontrolSubject,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  ServiceAccountSubject,
} from '../../../../generated/types.ts';
import { checkText, requiredText } from '../../../validation/basics.ts';

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const SUBJECTS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;
const ALL = '*';

export function checkFlowRule(
  { subjects = [], resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects,
  at: FieldPath,
  out: Cause[],
): void {
  for (const [i, subject] of subjects.entries()) checkSubject(subject, at.child('subjects').index(i), out);
  if (subjects.length === 0) out.push(required(at.child('subjects'), 'subjects must contain at least one value'));
  if (resourceRules.length + nonResourceRules.length === 0) {
    out.push(required(at, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  }
  for (const [i, rule] of resourceRules.entries()) checkResourceRule(rule, at.child('resourceRules').index(i), out);
  for (const [i, rule] of nonResourceRules.entries()) checkNonResourceRule(rule, at.child('nonResourceRules').index(i), out);
}

function checkSubject(subject: FlowcontrolSubject, at: FieldPath, out: Cause[]): void {
  const { kind } = subject;
  if (!Object.hasOwn(SUBJECTS, kind)) {
    out.push(notSupported(at.child('kind'), kind, Object.keys(SUBJECTS).toSorted()));
    return;
  }
  for (const [own, field] of Object.entries(SUBJECTS)) {
    const value = subject[field];
    if (own !== kind) {
      if (value) out.push(forbiddenField(at.child(field), `${field} is forbidden when subject kind is not '${own}'`));
    } else if (!value) out.push(required(at.child(field), `${field} is required when subject kind is '${own}'`));
    else if (field === 'serviceAccount') checkServiceAccount(value, at.child(field), out);
    else if (!value.name) out.push(required(at.child(field, 'name')));
  }
}

function checkServiceAccount({ name, namespace }: Partial<ServiceAccountSubject>, at: FieldPath, out: Cause[]): void {
  if (name !== ALL) requiredText(dns1123Subdomain, name, at.child('name'), out);
  if (namespace) checkText(dns1123Label, namespace, at.child('namespace'), out);
  else out.push(required(at.child('namespace'), 'must specify namespace for service account'));
}

function checkResourceRule(
  { verbs, apiGroups, resources, namespaces = [], clusterScope }: ResourcePolicyRule,
  at: FieldPath,
  out: Cause[],
): void {
  checkVerbs(verbs, at.child('verbs'), out);
  checkList(apiGroups, at.child('apiGroups'), { empty: 'resource rules must supply at least one api group', what: 'api groups' }, out);
  checkList(resources, at.child('resources'), { empty: 'resource rules must supply at least one resource', what: 'resources' }, out);
  const path = at.child('namespaces');
  if (namespaces.length === 0 && !clusterScope) {
    out.push(required(path, 'resource rules that are not cluster scoped must supply at least one namespace'));
  } else if (namespaces.includes(ALL)) onlyAll(namespaces, path, 'namespaces', out);
  else {
    for (const [i, namespace] of namespaces.entries()) {
      for (const problem of dns1123Label(namespace)) {
        out.push(invalidValue(path.index(i), namespace, `each member of this list must be '*' or a DNS-1123 label; ${problem}`));
      }
    }
  }
}

function checkNonResourceRule({ verbs, nonResourceURLs = [] }: NonResourcePolicyRule, at: FieldPath, out: Cause[]): void {
  checkVerbs(verbs, at.child('verbs'), out);
  const path = at.child('nonResourceURLs');
  const texts = { empty: 'nonResourceURLs must contain at least one value', what: 'non-resource URLs' };
  if (!checkList(nonResourceURLs, path, texts, out)) return;
  for (const [i, url] of nonResourceURLs.entries()) {
    const problem = urlProblem(url);
    if (problem) out.push(invalidValue(path.index(i), url, problem));
  }
}

function checkVerbs(verbs: string[] = [], at: FieldPath, out: Cause[]): void {
  if (!checkList(verbs, at, { empty: 'verbs must contain at least one value', what: 'verbs' }, out)) return;
  if (!verbs.every((verb) => VERBS.includes(verb))) out.push(notSupported(at, verbs, VERBS));
}

/** Whether the list names single things; a list that is everything, or nothing, is dealt with. */
function checkList(list: string[] = [], at: FieldPath, { empty, what }: { empty: string; what: string }, out: Cause[]): boolean {
  if (list.length === 0) out.push(required(at, empty));
  else if (list.includes(ALL)) onlyAll(list, at, what, out);
  else return true;
  return false;
}

function onlyAll(list: readonly string[], at: FieldPath, what: string, out: Cause[]): void {
  if (list.length > 1) out.push(invalidValue(at, list, `if '*' is present, must not specify other ${what}`));
}

function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const wildcards = url.split(ALL).length - 1;
  return wildcards > 1 || (wildcards === 1 && !url.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}

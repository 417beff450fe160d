import {
  dns1035Label,
  dns1123Subdomain,
  type FieldPath,
  forbiddenField,
  invalidValue,
  notSupported,
  pathSegmentName,
  required,
  validateLabelSelector,
} from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { ParamKind, ParamRef } from '../../../generated/types.ts';

const NOT_FOUND_ACTIONS = ['Deny', 'Allow'];

/** What is wrong with the kind of a policy's parameters. */
export function checkParamKind({ apiVersion = '', kind = '' }: ParamKind, at: FieldPath): Cause[] {
  const out = apiVersion === '' ? [required(at.child('apiVersion'))] : checkApiVersion(apiVersion, at.child('apiVersion'));
  if (kind === '') return [...out, required(at.child('kind'))];
  const problems = dns1035Label(kind.toLowerCase());
  if (problems.length === 0) return out;
  return [...out, invalidValue(at.child('kind'), kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`)];
}

function checkApiVersion(apiVersion: string, at: FieldPath): Cause[] {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return [invalidValue(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const [group, version] = parts.length === 2 ? (parts as [string, string]) : ['', apiVersion];
  const out: Cause[] = [];
  const ofGroup = group === '' ? [] : dns1123Subdomain(group);
  if (ofGroup.length > 0) out.push(invalidValue(at, group, ofGroup.join(',')));
  if (version === '') return [...out, invalidValue(at, apiVersion, 'version must be specified')];
  const ofVersion = dns1035Label(version);
  if (ofVersion.length > 0) out.push(invalidValue(at, version, ofVersion.join(',')));
  return out;
}

/** What is wrong with where a binding finds the parameters. */
export function checkParamRef({ name, selector, parameterNotFoundAction = '' }: ParamRef, at: FieldPath): Cause[] {
  const exclusive = 'name and selector are mutually exclusive';
  const out: Cause[] = [];
  if (name) {
    out.push(...pathSegmentName(name).map((problem) => invalidValue(at.child('name'), name, problem)));
    if (selector) out.push(forbiddenField(at.child('name'), exclusive));
  }
  if (selector) {
    out.push(...validateLabelSelector(selector, at.child('selector')));
    if (name) out.push(forbiddenField(at.child('selector'), exclusive));
  }
  if (!name && !selector) out.push(required(at, 'one of name or selector must be specified'));
  const action = at.child('parameterNotFoundAction');
  if (parameterNotFoundAction === '') out.push(required(action));
  else if (!NOT_FOUND_ACTIONS.includes(parameterNotFoundAction)) {
    out.push(notSupported(action, parameterNotFoundAction, NOT_FOUND_ACTIONS));
  }
  return out;
}

import { type FieldPath, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { RuleWithOperations } from '../../../generated/types.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

/** What is wrong with a rule: which operations on which resources concern a webhook, or a policy. */
export function checkRule(rule: RuleWithOperations, at: FieldPath, out: Cause[]): void {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  checkList(operations, 'operations', at.child('operations'), out);
  for (const [i, operation] of operations.entries()) {
    if (!OPERATIONS.includes(operation)) out.push(notSupported(at.child('operations').index(i), operation, OPERATIONS));
  }
  checkList(apiGroups, 'API groups', at.child('apiGroups'), out);
  checkList(apiVersions, 'API versions', at.child('apiVersions'), out);
  for (const [i, version] of apiVersions.entries()) if (version === '') out.push(required(at.child('apiVersions').index(i)));
  checkResources(resources, at.child('resources'), out);
  if (scope !== undefined && !SCOPES.includes(scope)) out.push(notSupported(at.child('scope'), scope, SCOPES));
}

/** A list that names something, or everything. */
function checkList(list: readonly string[], what: string, at: FieldPath, out: Cause[]): void {
  if (list.length === 0) out.push(required(at));
  if (list.length > 1 && list.includes('*')) out.push(invalidValue(at, list, `if '*' is present, must not specify other ${what}`));
}

function checkResources(resources: readonly string[], at: FieldPath, out: Cause[]): void {
  if (resources.length === 0) out.push(required(at));
  const wholes = new Set<string>();
  const everywhere = new Set<string>();
  let lastIsPlain = false;
  for (const [i, name] of resources.entries()) {
    if (name === '') {
      out.push(required(at.index(i)));
      continue;
    }
    const slash = name.indexOf('/');
    if (slash === -1) {
      // As in Kubernetes, the last one counts.
      lastIsPlain = name !== '*';
      continue;
    }
    const [resource, subresource] = [name.slice(0, slash), name.slice(slash + 1)];
    if (wholes.has(resource)) out.push(invalidValue(at.index(i), name, `if '${resource}/*' is present, must not specify ${name}`));
    if (everywhere.has(subresource))
      out.push(invalidValue(at.index(i), name, `if '*/${subresource}' is present, must not specify ${name}`));
    if (subresource === '*') wholes.add(resource);
    if (resource === '*') everywhere.add(subresource);
  }
  if (resources.length > 1 && resources.includes('*/*')) {
    out.push(invalidValue(at, resources, "if '*/*' is present, must not specify other resources"));
  }
  if (lastIsPlain && resources.includes('*')) {
    out.push(invalidValue(at, resources, "if '*' is present, must not specify other resources without subresources"));
  }
}

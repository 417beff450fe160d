import { expect, test } from 'vitest';
import { type AuditAttributes, policyEvaluator } from './evaluate-policy.ts';
import { readAuditPolicy } from './policy.ts';

const read = (fields: object) => readAuditPolicy(JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...fields }), 'p.yaml');
const one = (rule: object) => ({ rules: [{ level: 'Metadata', ...rule }] });

test.each<[string, object, string]>([
  ['no rules', {}, 'p.yaml: loaded illegal policy with 0 rules'],
  ['another version', { apiVersion: 'audit.k8s.io/v1beta1', ...one({}) }, 'p.yaml: apiVersion: must be audit.k8s.io/v1'],
  ['an unknown field', one({ user: ['a'] }), 'p.yaml: rules[0].user: unknown field'],
  ['no level', { rules: [{}] }, 'p.yaml: rules[0].level: Required value'],
  [
    'an unknown level',
    { rules: [{ level: 'All' }] },
    'p.yaml: rules[0].level: Unsupported value: "All": supported values: "None", "Metadata", "Request", "RequestResponse"',
  ],
  [
    'an unknown stage',
    { omitStages: ['Received'], ...one({}) },
    'p.yaml: omitStages[0]: Invalid value: "Received": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic',
  ],
  [
    'a path that is none',
    one({ nonResourceURLs: ['metrics'] }),
    `p.yaml: rules[0].nonResourceURLs[0]: Invalid value: "metrics": non-resource URL rules must begin with a '/' character`,
  ],
  [
    'a star in the middle',
    one({ nonResourceURLs: ['/a*/b'] }),
    `p.yaml: rules[0].nonResourceURLs[0]: Invalid value: "/a*/b": non-resource URL wildcards '*' must be the final character of the rule`,
  ],
  [
    'names of nothing',
    one({ resources: [{ resourceNames: ['a'] }] }),
    'p.yaml: rules[0].resources.resourceNames: Invalid value: ["a"]: using resourceNames requires at least one resource',
  ],
  [
    'resources and paths',
    one({ resources: [{ group: '' }], nonResourceURLs: ['/a'] }),
    'p.yaml: rules[0].nonResourceURLs: Invalid value: ["/a"]: rules cannot apply to both regular resources and non-resource URLs',
  ],
])('R1: %s is refused', async (_, policy, message) => {
  await expect(read(policy)).rejects.toThrow(message);
});

const user = { name: 'ann', groups: ['devs'] };
const pods = (more: object = {}) => ({ group: '', resource: 'pods', subresource: '', namespace: 'a', name: 'p', ...more });

test.each<[string, object, Omit<AuditAttributes, 'user'>, boolean]>([
  ['everything', {}, { verb: 'get', path: '/x' }, true],
  ['a user', { users: ['bob'] }, { verb: 'get', resource: pods() }, false],
  ['a group', { userGroups: ['devs'] }, { verb: 'get', resource: pods() }, true],
  ['a verb', { verbs: ['list'] }, { verb: 'get', resource: pods() }, false],
  ['a namespace', { namespaces: ['b'] }, { verb: 'get', resource: pods() }, false],
  ['no namespace', { namespaces: [''] }, { verb: 'get', resource: pods({ namespace: '' }) }, true],
  ['resources are no paths', { namespaces: ['a'] }, { verb: 'get', path: '/a' }, false],
  ['a group of resources', { resources: [{ group: 'apps' }] }, { verb: 'get', resource: pods() }, false],
  ['a resource', { resources: [{ resources: ['pods'] }] }, { verb: 'get', resource: pods() }, true],
  ['a resource is not its parts', { resources: [{ resources: ['pods'] }] }, { verb: 'get', resource: pods({ subresource: 'log' }) }, false],
  ['all its parts', { resources: [{ resources: ['pods/*'] }] }, { verb: 'get', resource: pods({ subresource: 'log' }) }, true],
  ['a part of any', { resources: [{ resources: ['*/log'] }] }, { verb: 'get', resource: pods({ subresource: 'log' }) }, true],
  ['a name', { resources: [{ resources: ['pods'], resourceNames: ['q'] }] }, { verb: 'get', resource: pods() }, false],
  ['a path', { nonResourceURLs: ['/healthz*'] }, { verb: 'get', path: '/healthz/ping' }, true],
  ['paths are no resources', { nonResourceURLs: ['*'] }, { verb: 'get', resource: pods() }, false],
])('R1: a rule of %s', async (_, rule, attributes, expected) => {
  const evaluate = policyEvaluator(await read(one(rule)));
  expect(evaluate({ user, ...attributes }) !== undefined).toBe(expected);
});

test('R1: the first rule that matches decides, and stages add up', async () => {
  const policy = await read({
    omitStages: ['RequestReceived'],
    omitManagedFields: true,
    rules: [
      { level: 'None', users: ['bob'] },
      { level: 'Request', omitStages: ['Panic'], omitManagedFields: false },
    ],
  });
  const evaluate = policyEvaluator(policy);
  expect(evaluate({ user: { name: 'bob', groups: [] }, verb: 'get', path: '/' })).toBeUndefined();
  expect(evaluate({ user, verb: 'get', path: '/' })).toEqual({
    level: 'Request',
    omitStages: new Set(['RequestReceived', 'Panic']),
    omitManagedFields: false,
  });
});

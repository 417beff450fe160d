import type { PolicyRule } from '@kubernats/api';
import { expect, test } from 'vitest';
import type { Attributes } from './attributes.ts';
import { missingRights, ruleAllows } from './rules.ts';

const rule = (verbs: string, groups: string, resources: string, names?: string): PolicyRule => ({
  verbs: verbs.split(' '),
  apiGroups: groups.split(' ').map((group) => (group === 'core' ? '' : group)),
  resources: resources.split(' '),
  ...(names ? { resourceNames: names.split(' ') } : {}),
});
const asks = (verb: string, group: string, resource: string, name = ''): Attributes => {
  const [plain = '', subresource = ''] = resource.split('/');
  return {
    user: { name: 'eve', groups: [] },
    verb,
    resource: { group: group === 'core' ? '' : group, resource: plain, subresource, namespace: 'a', name },
  };
};

test.each<[string, PolicyRule, Attributes, boolean]>([
  ['what it says', rule('get', 'core', 'pods'), asks('get', 'core', 'pods'), true],
  ['another verb', rule('get', 'core', 'pods'), asks('list', 'core', 'pods'), false],
  ['another group', rule('get', 'core', 'pods'), asks('get', 'apps', 'pods'), false],
  ['every verb', rule('*', 'core', 'pods'), asks('escalate', 'core', 'pods'), true],
  ['every group', rule('get', '*', 'pods'), asks('get', 'apps', 'pods'), true],
  ['every resource, subresources too', rule('get', 'core', '*'), asks('get', 'core', 'pods/log'), true],
  ['a resource is not its subresource', rule('get', 'core', 'pods'), asks('get', 'core', 'pods/log'), false],
  ['a subresource is not its resource', rule('get', 'core', 'pods/log'), asks('get', 'core', 'pods'), false],
  ['a subresource of all', rule('update', 'apps', '*/scale'), asks('update', 'apps', 'deployments/scale'), true],
  ['by name', rule('get', 'core', 'pods', 'x y'), asks('get', 'core', 'pods', 'y'), true],
  ['another name', rule('get', 'core', 'pods', 'x'), asks('get', 'core', 'pods', 'z'), false],
  ['no name', rule('list', 'core', 'pods', 'x'), asks('list', 'core', 'pods'), false],
  ['a path', { verbs: ['get'], nonResourceURLs: ['/healthz'] }, { ...asks('get', '', ''), resource: undefined, path: '/healthz' }, true],
  ['all below a path', { verbs: ['get'], nonResourceURLs: ['/a/*'] }, { ...asks('get', '', ''), resource: undefined, path: '/a/b' }, true],
  [
    'not the path itself',
    { verbs: ['get'], nonResourceURLs: ['/a/*'] },
    { ...asks('get', '', ''), resource: undefined, path: '/a' },
    false,
  ],
])('%s', (_, given, asked, expected) => {
  expect(ruleAllows(given, asked)).toBe(expected);
});

const texts = (missing: PolicyRule[]) =>
  missing.map(({ verbs, resources, resourceNames, nonResourceURLs }) =>
    [verbs, resources ?? [], resourceNames ?? [], nonResourceURLs ?? []].flat().join(' '),
  );

test.each<[string, PolicyRule[], PolicyRule[], string[]]>([
  ['all of it', [rule('*', '*', '*')], [rule('get list', 'core apps', 'pods deployments')], []],
  ['from several rules together', [rule('get', 'core', 'pods'), rule('list', 'core', 'pods')], [rule('get list', 'core', 'pods')], []],
  ['one verb is missing', [rule('get', 'core', 'pods')], [rule('get list', 'core', 'pods')], ['list pods']],
  ['everything is more than each verb', [rule('get list watch', 'core', 'pods')], [rule('*', 'core', 'pods')], ['* pods']],
  ['all names are more than one', [rule('get', 'core', 'pods', 'x')], [rule('get', 'core', 'pods')], ['get pods']],
  ['one name is part of all', [rule('get', 'core', 'pods')], [rule('get', 'core', 'pods', 'x y')], []],
  ['another name', [rule('get', 'core', 'pods', 'x')], [rule('get', 'core', 'pods', 'x y')], ['get pods y']],
  ['a subresource of all resources', [rule('get', 'core', '*/status')], [rule('get', 'core', 'pods/status pods/log')], ['get pods/log']],
  ['paths', [{ verbs: ['get'], nonResourceURLs: ['/a/*'] }], [{ verbs: ['get'], nonResourceURLs: ['/a/b', '/c'] }], ['get /c']],
])('what is missing: %s', (_, held, wanted, expected) => {
  expect(texts(missingRights(held, wanted))).toEqual(expected);
});

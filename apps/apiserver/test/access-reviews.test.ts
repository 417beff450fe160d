import type { SubjectAccessReview } from '@kubernats/api';
import { expect, test } from 'vitest';
import { clusterOfFile } from './support/cluster-of-file.ts';

const { door } = await clusterOfFile();
const { admin } = door;
const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const NODE = { user: 'system:node:joined.abcdefgh.n1', groups: ['system:nodes'] };

await admin.post('/api/v1/nodes', { metadata: { name: 'n1', labels: { 'kubernats.dev/kubelet': 'joined.abcdefgh.n1' } } });

async function ask(about: object, who: object = NODE) {
  const answer = await admin.post(REVIEWS, { spec: { ...who, resourceAttributes: { verb: 'list', resource: 'pods', ...about } } });
  if (answer.code !== 201) return answer.status().details?.causes?.map(({ field, message }) => `${field}: ${message}`);
  return answer.json<SubjectAccessReview>().status;
}

const mine = { key: 'spec.nodeName', operator: 'In', values: ['n1'] };
const fields = (...requirements: object[]) => ({ fieldSelector: { requirements } });
const ignored = (name: string, how = '') => `spec.resourceAttributes.${name} ${how}ignored due to parse error`;

test.each([
  ['as a list would say it', { fieldSelector: { rawSelector: 'spec.nodeName=n1' } }],
  ['among others', { fieldSelector: { rawSelector: 'status.phase!=Failed,spec.nodeName==n1' } }],
  ['as a requirement', fields(mine)],
  ['with a label beside it', { ...fields(mine), labelSelector: { rawSelector: 'a in (b,c)' } }],
])('R1: a node may list the Pods that a review limits to its own, %s', async (_what, about) => {
  expect(await ask(about)).toEqual({ allowed: true });
  expect(await ask({ ...about, verb: 'watch' })).toEqual({ allowed: true });
});

test.each([
  ['no limit', {}],
  ['another node', { fieldSelector: { rawSelector: 'spec.nodeName=n2' } }],
  ['all but its own', fields({ ...mine, operator: 'NotIn' })],
  ['a value that only looks like it', { fieldSelector: { rawSelector: 'metadata.name=a\\,spec.nodeName\\=n1' } }],
  ['another field', fields({ ...mine, key: 'spec.nodeNam' })],
])('R1: a node may not list Pods with %s', async (_what, about) => {
  expect(await ask(about)).toEqual({ allowed: false });
});

test.each([
  ['a selector that is none', { fieldSelector: { rawSelector: 'spec.nodeName' } }, [ignored('fieldSelector')]],
  ['two values', fields({ ...mine, values: ['n1', 'n2'] }), [ignored('fieldSelector')]],
  ['a part of it', fields({ key: 'a', operator: 'Exists' }, mine), [ignored('fieldSelector', 'partially ')]],
  ['an operator of tomorrow', fields({ ...mine, operator: 'Near' }), [ignored('fieldSelector')]],
  [
    'labels, too',
    {
      fieldSelector: { rawSelector: 'x' },
      labelSelector: {
        requirements: [
          { key: 'a', operator: 'Near', values: ['b'] },
          { key: 'a', operator: 'Exists' },
        ],
      },
    },
    [ignored('fieldSelector'), ignored('labelSelector', 'partially ')],
  ],
  ['labels that are none', { labelSelector: { rawSelector: 'a in' } }, [ignored('labelSelector')]],
])('R1: what cannot be read of a selector is said, and limits nothing: %s', async (_what, about, problems) => {
  const status = await ask(about);
  expect(status).toMatchObject({ evaluationError: problems.join('; ') });
  expect(await ask(about, { groups: ['system:masters'] })).toMatchObject({ allowed: true, evaluationError: problems.join('; ') });
});

const both = (requirement: object) => ({ rawSelector: 'foo', requirements: [requirement] });

test.each([
  [{ fieldSelector: both(mine) }, 'fieldSelector.rawSelector: Invalid value: "foo": may not specified at the same time as requirements'],
  [
    { fieldSelector: {} },
    'fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required',
  ],
  [fields({ ...mine, key: '' }), 'fieldSelector.requirements[0].key: Required value: must be specified'],
  [
    fields(mine, { key: 'k', operator: 'In' }),
    "fieldSelector.requirements[1].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
  ],
  [
    fields({ key: 'k', operator: 'Exists', values: ['v'] }),
    "fieldSelector.requirements[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
  ],
  [
    { labelSelector: both({ key: 'a', operator: 'Exists' }) },
    'labelSelector.rawSelector: Invalid value: "foo": may not specified at the same time as requirements',
  ],
  [
    { labelSelector: {} },
    'labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required',
  ],
  [
    { labelSelector: { requirements: [{ key: '', operator: 'Near' }] } },
    'labelSelector.requirements[0].key: Invalid value: "": name part must be non-empty',
  ],
  [
    { labelSelector: { requirements: [{ key: 'k', operator: 'NotIn', values: [] }] } },
    "labelSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
  ],
])('R1: a review whose selectors are wrong is refused in Kubernetes words: %j', async (about, message) => {
  expect(await ask(about)).toContain(`spec.resourceAttributes.${message}`);
});

test('R1: a review has no metadata; a local one has its namespace', async () => {
  const spec = { user: 'ann', resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' } };
  const named = await admin.post(REVIEWS, { metadata: { name: 'a' }, spec });
  expect(named.status().message).toContain('metadata: Invalid value: {"name":"a"}: must be empty');
  const local = '/apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews';
  expect((await admin.post(local, { metadata: { namespace: 'default', creationTimestamp: null, labels: {} }, spec })).code).toBe(201);
  expect((await admin.post(local, { metadata: { namespace: 'default', name: 'a' }, spec })).status().message).toContain(
    'must be empty except for namespace',
  );
});

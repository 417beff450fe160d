import type { ConfigMap, Pod } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { clusterOfFile, configMap, pod } from './support/cluster-of-file.ts';
import { patching, type ReviewRequest, webhookOfFile, withWebhooks } from './support/webhook.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;

const annotate = (key: string) => (request: ReviewRequest) => {
  const annotations = (request.object?.metadata.annotations ?? {}) as Record<string, string>;
  const times = Number(annotations[key] ?? 0) + 1;
  return patching({ op: 'add', path: '/metadata/annotations', value: { ...annotations, [key]: String(times) } });
};
const hook = await webhookOfFile({
  '': {},
  a: annotate('a'),
  b: annotate('b'),
  c: annotate('c'),
});
const { asked } = hook;

interface Case {
  rule?: object;
  more?: object;
}

/** How often a webhook with such a rule is asked while `run` runs. */
async function timesAsked({ rule = {}, more = {} }: Case, run: () => Promise<unknown>): Promise<number> {
  const rules = [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'], ...rule }];
  const before = asked.length;
  await withWebhooks(admin, 'validating', [{ clientConfig: hook.at(''), rules, ...more }], async () => void (await run()));
  return asked.length - before;
}

describe('R1: whether a webhook is asked', () => {
  test.each<[object, number]>([
    [{}, 1],
    [{ operations: ['CREATE'] }, 1],
    [{ operations: ['UPDATE', 'DELETE'] }, 0],
    [{ apiGroups: [''] }, 1],
    [{ apiGroups: ['apps'] }, 0],
    [{ apiVersions: ['v1'] }, 1],
    [{ apiVersions: ['v1beta1'] }, 0],
    [{ resources: ['configmaps'] }, 1],
    [{ resources: ['*'] }, 1],
    [{ resources: ['configmaps/*'] }, 1],
    [{ resources: ['configmaps/status'] }, 0],
    [{ resources: ['*/status'] }, 0],
    [{ resources: ['secrets', 'pods'] }, 0],
    [{ scope: 'Namespaced' }, 1],
    [{ scope: 'Cluster' }, 0],
  ])('by its rule: %j', async (rule, times) => {
    const { at } = await namespace();
    expect(await timesAsked({ rule }, () => admin.post(`${at}/configmaps`, configMap('c')))).toBe(times);
  });

  test('a Namespace is in no namespace', async () => {
    const create = (name: string) => () => admin.post('/api/v1/namespaces', { metadata: { name } });
    expect(await timesAsked({ rule: { scope: 'Cluster' } }, create('scope1'))).toBe(1);
    expect(await timesAsked({ rule: { scope: 'Namespaced' } }, create('scope2'))).toBe(0);
  });

  test('by the labels of the namespace; of a Namespace by its own', async () => {
    const { at, ns } = await namespace();
    const more = { namespaceSelector: { matchLabels: { team: 'a' } } };
    const create = (name: string) => () => admin.post(`${at}/configmaps`, configMap(name));
    expect(await timesAsked({ more }, create('c1'))).toBe(0);
    expect(await timesAsked({ more }, () => admin.patch(`/api/v1/namespaces/${ns}`, { metadata: { labels: { team: 'a' } } }))).toBe(1);
    expect(await timesAsked({ more }, create('c2'))).toBe(1);
    // What is of no namespace is never left out.
    expect(await timesAsked({ more }, () => admin.post('/api/v1/nodes', { metadata: { name: 'n1' } }))).toBe(1);
  });

  test('by the labels of the object, as it was or will be', async () => {
    const { at } = await namespace();
    const more = { objectSelector: { matchLabels: { a: 'b' } } };
    const create = (name: string, labels: object) => () => admin.post(`${at}/configmaps`, configMap(name, {}, { labels }));
    expect(await timesAsked({ more }, create('c1', {}))).toBe(0);
    expect(await timesAsked({ more }, create('c2', { a: 'b' }))).toBe(1);
    expect(await timesAsked({ more }, () => admin.patch(`${at}/configmaps/c2`, { metadata: { labels: { a: null } } }))).toBe(1);
    expect(await timesAsked({ more }, () => admin.patch(`${at}/configmaps/c2`, { data: { x: 'y' } }))).toBe(0);
  });

  test('about the same objects in another version, if it wants to; it sees them in that', async () => {
    const { at } = await namespace();
    const autoscalers = `${at.replace('/api/v1', '/apis/autoscaling/v1')}/horizontalpodautoscalers`;
    const rule = { apiGroups: ['autoscaling'], apiVersions: ['v2'], resources: ['horizontalpodautoscalers'] };
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
    const body = (name: string) => ({ metadata: { name }, spec: { scaleTargetRef, maxReplicas: 3, targetCPUUtilizationPercentage: 50 } });
    expect(await timesAsked({ rule, more: { matchPolicy: 'Exact' } }, () => admin.post(autoscalers, body('h1')))).toBe(0);
    expect(await timesAsked({ rule }, () => admin.post(autoscalers, body('h2')))).toBe(1);
    expect(asked.at(-1)).toMatchObject({
      kind: { group: 'autoscaling', version: 'v2' },
      requestKind: { group: 'autoscaling', version: 'v1' },
      object: { apiVersion: 'autoscaling/v2', spec: { metrics: [{ type: 'Resource' }] } },
    });
  });

  test('never about configurations of webhooks', async () => {
    const configurations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
    expect(await timesAsked({}, () => admin.post(configurations, { metadata: { name: 'v' } }))).toBe(0);
  });

  test('nothing is asked about what cannot be: its namespace is not there', async () => {
    const create = () => admin.post('/api/v1/namespaces/none/configmaps', configMap('c'));
    expect(await timesAsked({}, create)).toBe(0);
  });

  test('a dry run only of those that it does no harm to, and as one', async () => {
    const { at } = await namespace();
    expect(await timesAsked({}, () => admin.post(`${at}/configmaps?dryRun=All`, configMap('c')))).toBe(1);
    expect(asked.at(-1)).toMatchObject({ dryRun: true, options: { dryRun: ['All'] } });
    await admin.post(`${at}/configmaps`, configMap('c'));
    expect(await timesAsked({}, () => admin.delete(`${at}/configmaps/c`, { dryRun: ['All'] }))).toBe(1);
    expect(asked.at(-1)).toMatchObject({ dryRun: true, operation: 'DELETE', options: { dryRun: ['All'] } });
  });
});

describe('R1: the order of mutating webhooks', () => {
  const about = (path: string, reinvocationPolicy = 'Never') => ({ clientConfig: hook.at(path), reinvocationPolicy });
  const annotationsOf = async (at: string): Promise<unknown> =>
    (await admin.post(`${at}/configmaps`, configMap('c'))).json<ConfigMap>().metadata?.annotations;
  const orderOf = async (run: () => Promise<unknown>): Promise<string[]> => {
    const before = asked.length;
    await run();
    return asked.slice(before).map(({ object }) => Object.keys(object?.metadata.annotations ?? {}).join(''));
  };

  test('is that of the names of their configurations, then their own', async () => {
    const { at } = await namespace();
    const seen = await orderOf(() =>
      withWebhooks(admin, 'mutating', [about('c')], () =>
        withWebhooks(admin, 'mutating', [about('a'), about('b')], async () => void (await annotationsOf(at)), 'x'),
      ),
    );
    expect(seen).toEqual(['', 'c', 'ca']);
  });

  test('those that want to are asked again about what came after them, once', async () => {
    const { at } = await namespace();
    await withWebhooks(admin, 'mutating', [about('a', 'IfNeeded'), about('b'), about('c', 'IfNeeded')], async () => {
      // b and c have changed the object after a; nobody has after c but a in its second time.
      expect(await annotationsOf(at)).toEqual({ a: '2', b: '1', c: '2' });
    });
  });

  test('nobody is asked again where nothing has changed after them', async () => {
    const { at } = await namespace();
    await withWebhooks(admin, 'mutating', [about('a', 'IfNeeded'), about('')], async () => {
      expect(await annotationsOf(at)).toEqual({ a: '1' });
    });
  });

  test('the built-in plug-ins have seen what webhooks make: what they refuse is refused', async () => {
    const { at } = await namespace();
    const patch = patching({ op: 'add', path: '/spec/priorityClassName', value: 'none' });
    const wrong = await webhookOfFile({ '': patch });
    await withWebhooks(admin, 'mutating', [{ clientConfig: wrong.at('') }], async () => {
      const { code, text } = await admin.post(`${at}/pods`, pod('p'));
      expect([code, text]).toEqual([403, expect.stringContaining('no PriorityClass with name none was found')]);
      expect((await admin.get(`${at}/pods/p`)).code).toBe(404);
    });
    const made = (await admin.post(`${at}/pods`, pod('p'))).json<Pod>();
    expect(made.spec?.priority).toBe(0);
  });
});

import type { Pod, PriorityClass } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import { clusterOfFile, pod } from './support/cluster-of-file.ts';

const { door, namespace } = await clusterOfFile();
const { admin } = door;
const CLASSES = '/apis/scheduling.k8s.io/v1/priorityclasses';

const create = (name: string, value: number, more: Partial<PriorityClass> = {}) =>
  admin.post(CLASSES, { metadata: { name }, value, ...more });

describe('P7: the system classes', () => {
  test.each([
    ['system-node-critical', 2_000_001_000],
    ['system-cluster-critical', 2_000_000_000],
  ])('%s is there from the start, and stays', async (name, value) => {
    expect((await admin.get(`${CLASSES}/${name}`)).json<PriorityClass>()).toMatchObject({
      value,
      preemptionPolicy: 'PreemptLowerPriority',
    });
    const refused = await admin.delete(`${CLASSES}/${name}`);
    expect(refused.code).toBe(403);
    expect(refused.status().message).toBe(
      `priorityclasses.scheduling.k8s.io "${name}" is forbidden: this is a system priority class and cannot be deleted`,
    );
  });
});

describe('P7: the priority of a Pod', () => {
  const specOf = async (spec: object): Promise<Pod['spec']> => {
    const { at } = await namespace();
    return (await admin.post(`${at}/pods`, pod('p', spec))).json<Pod>().spec;
  };
  const refusal = async (spec: object, metadata?: object): Promise<string> => {
    const { at } = await namespace();
    const answer = await admin.post(`${at}/pods`, metadata ? { ...pod('p', spec), metadata } : pod('p', spec));
    expect(answer.code).toBe(403);
    return answer.status().message ?? '';
  };

  test('comes from its class', async () => {
    await create('high', 1000);
    await create('patient', 1001, { preemptionPolicy: 'Never' });
    expect(await specOf({ priorityClassName: 'high' })).toMatchObject({ priority: 1000, preemptionPolicy: 'PreemptLowerPriority' });
    expect(await specOf({ priorityClassName: 'patient' })).toMatchObject({ priority: 1001, preemptionPolicy: 'Never' });
    expect(await specOf({ priorityClassName: 'system-node-critical' })).toMatchObject({ priority: 2_000_001_000 });
  });

  test('is 0 without one, or that of the global default', async () => {
    expect(await specOf({})).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
    await create('usual', -7, { globalDefault: true, preemptionPolicy: 'Never' });
    expect(await specOf({})).toMatchObject({ priorityClassName: 'usual', priority: -7, preemptionPolicy: 'Never' });
    await admin.delete(`${CLASSES}/usual`);
    expect((await specOf({}))?.priorityClassName ?? '').toBe('');
  });

  test('may be given as the class says it, and no other', async () => {
    await create('five', 5);
    expect(await specOf({ priorityClassName: 'five', priority: 5, preemptionPolicy: 'PreemptLowerPriority' })).toMatchObject({
      priority: 5,
    });
    expect(await refusal({ priorityClassName: 'five', priority: 6 })).toBe(
      'pods "p" is forbidden: the integer value of priority (6) must not be provided in pod spec; priority admission controller computed 5 from the given PriorityClass name',
    );
    expect(await refusal({ preemptionPolicy: 'Never' })).toBe(
      'pods "p" is forbidden: the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
    );
    expect(await refusal({ priorityClassName: 'gone' })).toBe('pods "p" is forbidden: no PriorityClass with name gone was found');
    expect(await refusal({ priorityClassName: 'constructor' }, { generateName: 'web-' })).toBe(
      'pods "web-" is forbidden: no PriorityClass with name constructor was found',
    );
  });

  test('stays when its class goes, and when an update leaves it out', async () => {
    const { at } = await namespace();
    await create('passing', 9, { preemptionPolicy: 'Never' });
    const made = (await admin.post(`${at}/pods`, pod('p', { priorityClassName: 'passing' }))).json<Pod>();
    await admin.delete(`${CLASSES}/passing`);
    const { priority: _priority, preemptionPolicy: _policy, ...spec } = made.spec ?? { containers: [] };
    const updated = await admin.put(`${at}/pods/p`, { ...made, spec, metadata: { ...made.metadata, labels: { a: 'b' } } });
    expect(updated.json<Pod>()).toMatchObject({ metadata: { labels: { a: 'b' } }, spec: { priority: 9, preemptionPolicy: 'Never' } });
    const changed = await admin.patch(`${at}/pods/p`, { spec: { priority: 10 } }, 'merge');
    expect(changed.code).toBe(422);
  });
});

test('P7: only one class is the global default', async () => {
  const first = (await create('first', 1, { globalDefault: true })).json<PriorityClass>();
  const why = (name: string) =>
    `priorityclasses.scheduling.k8s.io "${name}" is forbidden: PriorityClass first is already marked as default. Only one default can exist`;
  const second = await create('second', 2, { globalDefault: true });
  expect([second.code, second.status().message]).toEqual([403, why('second')]);
  await create('third', 3);
  const third = await admin.patch(`${CLASSES}/third`, { globalDefault: true }, 'merge');
  expect(third.status().message).toBe(why('third'));
  const same = await admin.put(`${CLASSES}/first`, { ...first, description: 'still the default' });
  expect(same.code).toBe(200);
  await admin.patch(`${CLASSES}/first`, { globalDefault: false }, 'merge');
  expect((await admin.patch(`${CLASSES}/third`, { globalDefault: true }, 'merge')).code).toBe(200);
  await admin.delete(`${CLASSES}/third`);
});

test('P7: nobody makes room any more for a Pod that has its node', async () => {
  const { at } = await namespace();
  await admin.post(`${at}/pods`, pod('p'));
  const nominated = await admin.patch(`${at}/pods/p/status`, { status: { nominatedNodeName: 'node1' } }, 'merge');
  expect(nominated.json<Pod>().status?.nominatedNodeName).toBe('node1');
  await admin.post(`${at}/pods/p/binding`, { metadata: { name: 'p' }, target: { kind: 'Node', name: 'node2' } });
  const { spec, status } = (await admin.get(`${at}/pods/p`)).json<Pod>();
  expect([spec?.nodeName, status?.nominatedNodeName]).toEqual(['node2', undefined]);
});

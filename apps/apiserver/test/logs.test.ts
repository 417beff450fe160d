import type { Pod } from '@kubernats/api';
import { nodeSubject } from '@kubernats/bus';
import type { LogsHello } from '@kubernats/client';
import { expect, test } from 'vitest';
import { clusterOfFile, pod } from './support/cluster-of-file.ts';

const cluster = await clusterOfFile();
const { door, namespace } = cluster;
const { admin } = door;

/** A node that answers every question for a log with `answer`. */
function nodeOf(name: string, answer: (hello: LogsHello) => Iterable<string>): LogsHello[] {
  const asked: LogsHello[] = [];
  const bus = cluster.busServer.connect({ identity: `system:node:${name}` });
  bus.acceptStreams(nodeSubject('default', name, 'logs'), async (data, stream) => {
    const hello = JSON.parse(new TextDecoder().decode(data)) as LogsHello;
    asked.push(hello);
    for (const text of answer(hello)) await stream.write(new TextEncoder().encode(text));
    await stream.end();
  });
  return asked;
}

async function running(nodeName: string | undefined, containers = ['c']) {
  const { at, ns } = await namespace();
  await admin.post(`${at}/pods`, pod('p', { nodeName, containers: containers.map((name) => ({ name, image: 'web' })) }));
  const containerStatuses = containers.map((name) => ({
    name,
    image: 'web',
    imageID: '',
    ready: true,
    restartCount: 0,
    state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
  }));
  const status: Pod['status'] = { phase: 'Running', containerStatuses };
  if (nodeName) await admin.patch(`${at}/pods/p/status`, { status });
  return { ns, path: `${at}/pods/p/log` };
}

test('the log comes from the node, as text, with what was asked for', async () => {
  const asked = nodeOf('n1', () => ['hello\n', 'world\n']);
  const { path, ns } = await running('n1');
  const answer = await admin.get(`${path}?tailLines=2&timestamps=true&limitBytes=100&sinceSeconds=60`);
  expect([answer.code, answer.headers['content-type'], answer.text]).toEqual([200, 'text/plain', 'hello\nworld\n']);
  expect(asked).toMatchObject([
    { namespace: ns, pod: 'p', container: 'c', follow: false, previous: false, timestamps: true, tailLines: 2, limitBytes: 100 },
  ]);
  expect(asked[0]?.sinceMs).toBeGreaterThan(0);
});

test('a follower that goes away closes the stream at the node', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const bus = cluster.busServer.connect({ identity: 'system:node:n2' });
  bus.acceptStreams(nodeSubject('default', 'n2', 'logs'), async (_hello, stream) => {
    await stream.write(new TextEncoder().encode('first\n'));
    await stream.closed;
    resolve();
  });
  const { path } = await running('n2');
  const incoming = await admin.open('GET', `${path}?follow=true`, {});
  incoming.once('data', () => incoming.destroy());
  await closed;
});

test.each([
  ['?container=x', 'container x is not valid for pod p'],
  ['?tailLines=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
  ['?previous=true', 'previous terminated container "c" in pod "p" not found'],
  ['?sinceTime=yesterday', 'parsing time "yesterday" as RFC 3339 failed'],
])('log%s is refused', async (query, message) => {
  const { path } = await running('n1');
  expect((await admin.get(path + query)).status()).toMatchObject({ code: 400, reason: 'BadRequest', message });
});

test('of several containers one has to be named', async () => {
  const { path } = await running('n1', ['a', 'b']);
  expect((await admin.get(path)).status()).toMatchObject({
    code: 400,
    message: 'a container name must be specified for pod p, choose one of: [a b]',
  });
});

test('a negative number of lines is invalid, and to name the beginning twice', async () => {
  const { path } = await running('n1');
  expect((await admin.get(`${path}?sinceTime=2026-01-01T00:00:00Z&sinceSeconds=1`)).status()).toMatchObject({
    code: 422,
    message: 'PodLogOptions "p" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
  });
  expect((await admin.get(`${path}?tailLines=-1`)).status()).toMatchObject({ code: 422, reason: 'Invalid' });
});

test('a Pod that waits, one that is nowhere, one that is not there, and a node that does not answer', async () => {
  const { at } = await namespace();
  await admin.post(`${at}/pods`, pod('waits', { nodeName: 'n1' }));
  expect((await admin.get(`${at}/pods/waits/log`)).status()).toMatchObject({
    code: 400,
    message: 'container "c" in pod "waits" is waiting to start: ContainerCreating',
  });
  const nowhere = await running(undefined);
  const nothing = await admin.get(nowhere.path);
  expect([nothing.code, nothing.text], 'nothing can have been written yet').toEqual([200, '']);
  expect((await admin.get(`${at}/pods/gone/log`)).code).toBe(404);
  const silent = await running('nobody');
  expect((await admin.get(silent.path)).status()).toMatchObject({ code: 500, reason: 'InternalError' });
});

import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { clusterOfFile, configMap } from './support/cluster-of-file.ts';

const cluster = await clusterOfFile();
const { admin } = cluster.door;
const PROTOBUF = { 'content-type': 'application/vnd.kubernetes.protobuf', accept: 'application/vnd.kubernetes.protobuf,application/json' };

/** A field that holds text or a message, shorter than 128 bytes. */
const field = (number: number, value: string | Buffer): Buffer =>
  Buffer.concat([Buffer.of((number << 3) | 2, Buffer.byteLength(value)), Buffer.from(value)]);

const body = (apiVersion: string, kind: string, ...fields: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('k8s\0'), field(1, Buffer.concat([field(1, apiVersion), field(2, kind)])), field(2, Buffer.concat(fields))]);

const labels = (key: string, value: string): Buffer => field(11, Buffer.concat([field(1, key), field(2, value)]));

test('R1: an object comes in as protobuf and is answered in JSON', async () => {
  const { ns: namespace } = await cluster.namespace();
  const maps = `/api/v1/namespaces/${namespace}/configmaps`;
  const entry = Buffer.concat([field(1, 'a'), field(2, '1')]);
  const sent = body('v1', 'ConfigMap', field(1, Buffer.concat([field(1, 'typed'), field(2, ''), labels('x', 'y')])), field(2, entry));
  const created = await admin.post(`${maps}?fieldManager=kubectl-create&fieldValidation=Strict`, sent, PROTOBUF);
  expect(created).toMatchObject({ code: 201, headers: { 'content-type': 'application/json' } });
  const { metadata, ...rest } = created.json();
  expect(rest).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } });
  expect(metadata).toMatchObject({ name: 'typed', namespace, labels: { x: 'y' } });
  expect(metadata).not.toHaveProperty('generateName');
});

test('R1: protobuf passes the same validation as JSON', async () => {
  const { ns: namespace } = await cluster.namespace();
  const maps = `/api/v1/namespaces/${namespace}/configmaps`;
  const named = (name: string, kind = 'ConfigMap') => body('v1', kind, field(1, field(1, name)));
  expect((await admin.post(maps, named('Capital'), PROTOBUF)).status()).toMatchObject({ code: 422, reason: 'Invalid' });
  expect((await admin.post(maps, named('a', 'Secret'), PROTOBUF)).status()).toMatchObject({ code: 400, reason: 'BadRequest' });
  expect((await admin.post(maps, named('a').subarray(0, -1), PROTOBUF)).status()).toMatchObject({
    code: 400,
    message: expect.stringMatching(/^the object provided is unrecognized \(must be of type ConfigMap\): unexpected EOF \(6b387300/),
  });
});

test('R1: the options of a deletion come in as protobuf', async () => {
  const { ns: namespace } = await cluster.namespace();
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  await admin.post(path, configMap('a'));
  const dryRun = body('v1', 'DeleteOptions', field(5, 'All'));
  expect(await admin.send('DELETE', `${path}/a`, { body: dryRun, headers: PROTOBUF })).toMatchObject({ code: 200 });
  expect(await admin.get(`${path}/a`)).toMatchObject({ code: 200 });
  const wrongUid = body('v1', 'DeleteOptions', field(2, field(1, 'another')));
  expect(await admin.send('DELETE', `${path}/a`, { body: wrongUid, headers: PROTOBUF })).toMatchObject({ code: 409 });
});

test('R1: what is none of the three forms is refused with their names', async () => {
  const status = (await admin.post('/api/v1/namespaces', '<x/>', { 'content-type': 'application/xml' })).status();
  expect(status).toMatchObject({
    code: 415,
    message:
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  });
});

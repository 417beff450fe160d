import { Buffer } from 'node:buffer';
import { Nodes, Pods, type Secret, Secrets } from '@kubernats/api';
import {
  bootstrapIdentity,
  bootstrapPermissions,
  createNatsAuthority,
  joinSubject,
  machinePermissions,
  type NatsAuthority,
  signerOf,
} from '@kubernats/bus';
import { createUserKey, credsOfKey } from '@kubernats/bus/authority';
import { credsPermit } from '@kubernats/bus/creds';
import { type Client, createClient, decodeFrame, encodeFrame, type JoinAnswer, natsTransport, type ResponseHead } from '@kubernats/client';
import { realClock, realRandom, SteppedClock } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Fixture, startApiServer } from './api-server.fixture.ts';

const CLUSTER = 'default';
const TOKEN = 'abcdef.0123456789abcdef';
const KEY = createUserKey();
let authority: NatsAuthority;
beforeAll(async () => {
  authority = await createNatsAuthority(CLUSTER);
});

const start = (): Promise<Fixture> => startApiServer({ config: { natsSigner: signerOf(authority) } });

function tokenSecret(more: Record<string, string> = {}): Secret {
  const entries = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true', ...more };
  const data = Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return { metadata: { name: 'bootstrap-token-abcdef', namespace: 'kube-system' }, type: 'bootstrap.kubernetes.io/token', data };
}

/** Asks as a machine does that has nothing but the token; rejects with what is answered instead of credentials. */
async function join({ busServer }: Fixture, request: object = {}): Promise<JoinAnswer> {
  const identity = bootstrapIdentity('abcdef');
  const bus = busServer.connect({ identity, permissions: bootstrapPermissions(CLUSTER, 'abcdef'), onError: () => {} });
  const asked = { token: TOKEN, publicKey: KEY.publicKey, ...request };
  const { head, body } = decodeFrame<ResponseHead>(await bus.request(joinSubject(CLUSTER, 'abcdef'), encodeFrame(asked)));
  await bus.close();
  const content = JSON.parse(new TextDecoder().decode(body));
  if (head.code !== 200) throw StatusError.fromStatus(content);
  return content;
}

/** What the kubelet of a machine may do that has joined. */
function kubeletOf({ busServer }: Fixture, { pool, nodeName }: JoinAnswer): Client {
  const identity = `system:node:${pool}`;
  const bus = busServer.connect({ identity, permissions: machinePermissions(CLUSTER, identity, [nodeName]), onError: () => {} });
  return createClient(natsTransport({ bus, cluster: CLUSTER, identity, clock: realClock, random: realRandom }));
}

test('a machine with a token gets a Node of its own, and credentials for it that are signed for its key', async () => {
  await using fixture = await start();
  await fixture.client.kind(Secrets).create(tokenSecret());
  await fixture.client.kind(Nodes).create({ metadata: { name: 'node1' } });
  const joined = await join(fixture);
  expect(joined).toMatchObject({ nodeName: 'node2', pool: expect.stringMatching(/^joined\.[a-z0-9]{8}\.node2$/) });
  const node = await fixture.client.kind(Nodes).get('node2', undefined);
  expect(node.metadata?.labels).toEqual({ 'kubernats.dev/kubelet': joined.pool });
  const identity = `system:node:${joined.pool}`;
  expect(credsPermit(credsOfKey(joined.jwts['kubelet-sim'], KEY.seed), machinePermissions(CLUSTER, identity, ['node2']))).toBe(true);
  expect(credsPermit(credsOfKey(joined.jwts['service-proxy'], KEY.seed), machinePermissions(CLUSTER, 'system:kube-proxy', []))).toBe(true);
  await expect(join(fixture, { nodeName: 'edge.seoul' })).resolves.toMatchObject({ nodeName: 'edge.seoul' });
});

test('two machines that ask at once get two names; of two that want one name one gets it', async () => {
  await using fixture = await start();
  await fixture.client.kind(Secrets).create(tokenSecret());
  const names = await Promise.all([join(fixture), join(fixture), join(fixture)]);
  expect(names.map(({ nodeName }) => nodeName).sort()).toEqual(['node1', 'node2', 'node3']);
  const both = await Promise.allSettled([join(fixture, { nodeName: 'same' }), join(fixture, { nodeName: 'same' })]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const [refused] = both.filter((each) => each.status === 'rejected');
  expect(refused?.reason).toMatchObject({ code: 409, message: 'a Node with the name "same" is in the cluster already' });
});

test('a token for one machine takes in one, however many ask at once; a name that is taken costs no use', async () => {
  await using fixture = await start();
  await fixture.client.kind(Secrets).create(tokenSecret({ 'uses-left': '1' }));
  await fixture.client.kind(Nodes).create({ metadata: { name: 'taken' } });
  await expect(join(fixture, { nodeName: 'taken' })).rejects.toMatchObject({ code: 409 });
  const all = await Promise.allSettled([join(fixture), join(fixture), join(fixture)]);
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(join(fixture)).rejects.toMatchObject({ code: 401, message: 'the token abcdef is used up' });
  expect((await fixture.client.kind(Nodes).list()).items.map(({ metadata }) => metadata?.name)).toEqual(['node1', 'taken']);
});

test.each<[string, object, number, string]>([
  ['without a token', { token: undefined }, 400, 'token: must be a bootstrap token'],
  ['with a token that is none', { token: 'x' }, 401, 'Unauthorized'],
  ["with another's token", { token: 'bbbbbb.0123456789abcdef' }, 401, 'Unauthorized'],
  ['with a wrong secret', { token: 'abcdef.0123456789abcdeg' }, 401, 'the token abcdef is wrong'],
  ['with a key that is none', { publicKey: 'UX' }, 400, "publicKey: must be a NATS user's public key"],
  ['with a key that has a slip in it', { publicKey: `U${'A'.repeat(55)}` }, 400, "publicKey: must be a NATS user's public key"],
  ['with a name that is none', { nodeName: 7 }, 400, 'nodeName: must be text'],
  ['with an empty name', { nodeName: '' }, 400, 'the node\'s name "" is empty'],
  ['with a long name', { nodeName: 'n'.repeat(48) }, 400, "a node's name is at most 47 characters long where the node joins"],
])('nobody joins %s', async (_, request, code, message) => {
  await using fixture = await start();
  await fixture.client.kind(Secrets).create(tokenSecret());
  await expect(join(fixture, request)).rejects.toMatchObject({ code, message });
  expect((await fixture.client.kind(Nodes).list()).items).toEqual([]);
});

test('nobody joins with a name that no Node may have, and the token is as good as before', async () => {
  await using fixture = await start();
  await fixture.client.kind(Secrets).create(tokenSecret({ 'uses-left': '1' }));
  await expect(join(fixture, { nodeName: 'Not_a-name' })).rejects.toMatchObject({ code: 422 });
  await expect(join(fixture, { nodeName: 'a-name' })).resolves.toMatchObject({ nodeName: 'a-name' });
});

test('nobody joins a cluster that has no signing key', async () => {
  await using fixture = await startApiServer();
  await fixture.client.kind(Secrets).create(tokenSecret());
  await expect(join(fixture)).rejects.toMatchObject({
    code: 503,
    message: 'this cluster takes in no machines: its API server has no --nats-signer',
  });
});

test('tokens that have expired are removed', async () => {
  const clock = new SteppedClock();
  await using fixture = await startApiServer({ clock, config: { natsSigner: signerOf(authority) } });
  const at = (ms: number): string => new Date(clock.now() + ms).toISOString();
  await fixture.client.kind(Secrets).create(tokenSecret({ expiration: at(20_000) }));
  const other = tokenSecret({ expiration: at(3_600_000) });
  await fixture.client.kind(Secrets).create({ ...other, metadata: { ...other.metadata, name: 'bootstrap-token-bbbbbb' } });
  await clock.advance(31_000);
  const names = async () =>
    (await fixture.client.kind(Secrets).list({ namespace: 'kube-system' })).items.map(({ metadata }) => metadata?.name);
  await expect.poll(names).toEqual(['bootstrap-token-bbbbbb']);
});

describe('a machine that has joined', () => {
  test('changes its own Node, and no other, and makes none', async () => {
    await using fixture = await start();
    await fixture.client.kind(Secrets).create(tokenSecret());
    const [mine, other] = [await join(fixture), await join(fixture)];
    const kubelet = kubeletOf(fixture, mine);
    const label = { metadata: { labels: { zone: 'a' } } };
    await expect(kubelet.kind(Nodes).patch(mine.nodeName, undefined, 'merge', label)).resolves.toBeTruthy();
    await expect(kubelet.kind(Nodes).patch(other.nodeName, undefined, 'merge', label)).rejects.toMatchObject({ code: 403 });
    await expect(kubelet.kind(Nodes).delete(other.nodeName)).rejects.toMatchObject({ code: 403 });
    const more = { metadata: { name: 'more', labels: { 'kubernats.dev/kubelet': mine.pool } } };
    await expect(kubelet.kind(Nodes).create(more)).rejects.toMatchObject({ code: 403 });
    const given = { metadata: { labels: { 'kubernats.dev/kubelet': other.pool } } };
    await expect(kubelet.kind(Nodes).patch(mine.nodeName, undefined, 'merge', given)).rejects.toMatchObject({ code: 403 });
  });

  test('sees its own Pods, and no others', async () => {
    await using fixture = await start();
    await fixture.client.kind(Secrets).create(tokenSecret());
    const [mine, other] = [await join(fixture), await join(fixture)];
    for (const { nodeName } of [mine, other])
      await fixture.client.kind(Pods).create({
        metadata: { name: `on-${nodeName}`, namespace: 'default' },
        spec: { nodeName, containers: [{ name: 'a', image: 'a' }] },
      });
    const pods = kubeletOf(fixture, mine).kind(Pods);
    expect((await pods.list({ fieldSelector: `spec.nodeName=${mine.nodeName}` })).items).toHaveLength(1);
    await expect(pods.list()).rejects.toMatchObject({ code: 403 });
    await expect(pods.list({ fieldSelector: `spec.nodeName=${other.nodeName}` })).rejects.toMatchObject({ code: 403 });
    await expect(pods.get(`on-${other.nodeName}`, 'default')).rejects.toMatchObject({ code: 403 });
    await expect(kubeletOf(fixture, mine).kind(Secrets).list()).rejects.toMatchObject({ code: 403 });
  });

  test('is nobody once its Node is deleted, also when another has its name', async () => {
    await using fixture = await start();
    await fixture.client.kind(Secrets).create(tokenSecret());
    const before = await join(fixture, { nodeName: 'edge' });
    const kubelet = kubeletOf(fixture, before);
    await fixture.client.kind(Nodes).delete('edge');
    const label = { metadata: { labels: { zone: 'a' } } };
    const asBefore = { metadata: { name: 'edge', labels: { 'kubernats.dev/kubelet': before.pool } } };
    await expect(kubelet.kind(Nodes).create(asBefore)).rejects.toMatchObject({ code: 403 });
    const now = await join(fixture, { nodeName: 'edge' });
    expect(now.pool).not.toBe(before.pool);
    await expect(kubelet.kind(Nodes).patch('edge', undefined, 'merge', label)).rejects.toMatchObject({ code: 403 });
    await expect(kubelet.kind(Pods).list({ fieldSelector: 'spec.nodeName=edge' })).rejects.toMatchObject({ code: 403 });
    await expect(kubeletOf(fixture, now).kind(Nodes).patch('edge', undefined, 'merge', label)).resolves.toBeTruthy();
  });
});

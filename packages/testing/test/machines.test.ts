import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  apiSubject,
  authorityHash,
  authorityOfServer,
  type Bus,
  bootstrapIdentity,
  bootstrapPermissions,
  connectNats,
  createNatsAuthority,
  inboxPrefix,
  joinSubject,
  joinSubjects,
  machinePermissions,
  type NatsAuthority,
  nodeSubject,
  type SubjectPermissions,
  signerOf,
  signUser,
  userCreds,
  watchSubject,
} from '@kubernats/bus';
import { createUserKey, credsOfKey } from '@kubernats/bus/authority';
import { realClock, realIds } from '@kubernats/clock';
import { isForbidden } from '@kubernats/errors';
import { createCertificateAuthority, issueServerCertificate } from '@kubernats/pki';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startNatsServer, type TestNatsServer } from '../src/adapters/nats-server.ts';

const CLUSTER = 'default';
const API_SERVER = 'system:apiserver';
const NODE = 'system:node:joined.aaaaaaaa.node2';
const PATIENCE_MS = 60_000;

/** The server at the port of 127.0.0.1, at an address that its certificate is not for. */
async function relayed(port: number): Promise<{ url: string } & AsyncDisposable> {
  const host = '127.0.0.2';
  const relay = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      from.pipe(to).on('error', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, host, resolve));
  const address = relay.address();
  return {
    url: `tls://${host}:${typeof address === 'object' && address ? address.port : 0}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => relay.close(() => resolve())),
  };
}

describe('a NATS server that other machines join', () => {
  const cleanup = new AsyncDisposableStack();
  let authority: NatsAuthority;
  let ca: string;
  let otherCa: string;
  let server: TestNatsServer;
  let port: number;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kubernats-tls-'));
    cleanup.defer(() => rm(folder, { recursive: true }));
    const deps = { clock: realClock };
    const [own, other] = await Promise.all([createCertificateAuthority(deps, 'own'), createCertificateAuthority(deps, 'other')]);
    const made = await issueServerCertificate(deps, own, { commonName: 'nats-server', names: [], addresses: ['127.0.0.1'] });
    const tls = { cert: join(folder, 'server.crt'), key: join(folder, 'server.key') };
    await writeFile(tls.cert, made.certificatePem + own.certificatePem);
    await writeFile(tls.key, made.privateKeyPem);
    [ca, otherCa] = [own.certificatePem, other.certificatePem];
    authority = await createNatsAuthority(CLUSTER);
    server = cleanup.use(await startNatsServer({ authority, tls }));
    port = Number(new URL(server.url).port);
  });
  afterAll(() => cleanup.disposeAsync());

  const connection = (identity: string, creds: string, more: { ca?: string; url?: string } = {}): Promise<Bus> =>
    connectNats({
      ...{ url: server.url, ca, cluster: CLUSTER, identity, clock: realClock, ids: realIds, onceWithinMs: PATIENCE_MS, onError: () => {} },
      ...{ creds: new TextEncoder().encode(creds), ...more },
    });
  async function signed(identity: string, permissions: SubjectPermissions, expiresAt?: number): Promise<string> {
    const { publicKey, seed } = createUserKey();
    return credsOfKey(
      await signUser(signerOf(authority), { identity, permissions, publicKey, ...(expiresAt === undefined ? {} : { expiresAt }) }),
      seed,
    );
  }
  const apiServer = async (): Promise<Bus> =>
    connection(API_SERVER, await userCreds(authority, { identity: API_SERVER, permissions: { publish: ['>'], subscribe: ['>'] } }));
  const bootstrap = (id: string, expiresAt?: number): Promise<string> =>
    signed(bootstrapIdentity(id), bootstrapPermissions(CLUSTER, id), expiresAt);
  /** Whether the server lets it ask there. */
  const mayAsk = async (bus: Bus, subject: string): Promise<boolean> =>
    bus.request(subject, new Uint8Array(), { timeoutMs: PATIENCE_MS }).then(
      () => true,
      (error: Error) => {
        if (isForbidden(error)) return false;
        throw error;
      },
    );

  test('shows its authority to those who know its hash, and to nobody else', async () => {
    const at = { host: '127.0.0.1', port };
    expect(await authorityOfServer(at, authorityHash(ca), PATIENCE_MS)).toEqual({ ca: expect.stringContaining('BEGIN CERTIFICATE') });
    expect(await authorityOfServer(at, authorityHash(otherCa), PATIENCE_MS)).toEqual({ refusal: 'foreign' });
    expect(await authorityOfServer({ host: '127.0.0.1', port: 1 }, authorityHash(ca), PATIENCE_MS)).toMatchObject({ refusal: 'silent' });
    await using plain = await startNatsServer();
    const plainPort = Number(new URL(plain.url).port);
    expect(await authorityOfServer({ host: '127.0.0.1', port: plainPort }, authorityHash(ca), PATIENCE_MS)).toEqual({ refusal: 'no-tls' });
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const address = web.address();
    const webPort = typeof address === 'object' && address ? address.port : 0;
    expect(await authorityOfServer({ host: '127.0.0.1', port: webPort }, authorityHash(ca), PATIENCE_MS)).toEqual({ refusal: 'no-nats' });
    web.close();
  });

  test('is not spoken to under another authority, and not without encryption', async () => {
    const creds = await bootstrap('aaaaaa');
    await expect(connection(bootstrapIdentity('aaaaaa'), creds, { ca: otherCa })).rejects.toThrow(/certificate/);
    await using elsewhere = await relayed(port);
    await expect(connection(bootstrapIdentity('aaaaaa'), creds, { url: elsewhere.url })).rejects.toThrow(/altnames/);
    await using plain = await startNatsServer();
    const options = { cluster: CLUSTER, identity: 'x', clock: realClock, ids: realIds, onceWithinMs: PATIENCE_MS };
    await expect(connectNats({ ...options, url: plain.url, ca })).rejects.toThrow(/tls/);
    await expect(connectNats({ ...options, url: plain.url.replace('nats:', 'tls:') })).rejects.toThrow(/tls/);
  });

  test('a bootstrap token asks for a node and does nothing else', async () => {
    await using api = await apiServer();
    api.subscribe(joinSubjects(CLUSTER), (message) => message.respond(new Uint8Array()));
    await api.flush();
    const identity = bootstrapIdentity('aaaaaa');
    await using bus = await connection(identity, await bootstrap('aaaaaa'));
    expect(await mayAsk(bus, joinSubject(CLUSTER, 'aaaaaa'))).toBe(true);
    const refused = [
      joinSubject(CLUSTER, 'bbbbbb'),
      apiSubject(CLUSTER, identity, 'get', '', 'nodes'),
      apiSubject(CLUSTER, API_SERVER, 'get', '', 'secrets'),
      nodeSubject(CLUSTER, 'node1', 'exec'),
      '$JS.API.INFO',
      'kn.default.state.x',
    ];
    expect(await Promise.all(refused.map((subject) => mayAsk(bus, subject)))).toEqual(refused.map(() => false));
  });

  test('a node asks as itself and answers for itself, and does nothing for others', async () => {
    await using api = await apiServer();
    const heard: string[] = [];
    api.subscribe('>', (message) => {
      if (message.subject.startsWith('kn.')) heard.push(message.subject);
      if (message.subject.includes('.api.')) message.respond(new Uint8Array());
    });
    await api.flush();
    await using bus = await connection(NODE, await signed(NODE, machinePermissions(CLUSTER, NODE, ['node2'])));
    expect(await mayAsk(bus, apiSubject(CLUSTER, NODE, 'get', '', 'nodes'))).toBe(true);
    const refused = [
      apiSubject(CLUSTER, 'system:node:local', 'get', '', 'nodes'),
      apiSubject(CLUSTER, 'system:kube-scheduler', 'list', '', 'pods'),
      joinSubject(CLUSTER, 'aaaaaa'),
      nodeSubject(CLUSTER, 'node1', 'exec'),
      `${inboxPrefix(CLUSTER, 'system:kube-scheduler')}.x`,
      '$JS.API.STREAM.LIST',
    ];
    expect(await Promise.all(refused.map((subject) => mayAsk(bus, subject)))).toEqual(refused.map(() => false));
    bus.subscribe(nodeSubject(CLUSTER, 'node2', 'logs'), (message) => message.respond(new TextEncoder().encode('mine')));
    bus.subscribe(nodeSubject(CLUSTER, 'node1', 'logs'), (message) => message.respond(new TextEncoder().encode('stolen')));
    const spied: string[] = [];
    bus.subscribe(watchSubject(CLUSTER, 'system:node:local', 'w'), ({ subject }) => spied.push(subject));
    bus.subscribe(`${inboxPrefix(CLUSTER, 'system:kube-scheduler')}.>`, ({ subject }) => spied.push(subject));
    await bus.flush();
    api.publish(watchSubject(CLUSTER, 'system:node:local', 'w'), new Uint8Array());
    api.publish(`${inboxPrefix(CLUSTER, 'system:kube-scheduler')}.x.y`, new Uint8Array());
    expect(new TextDecoder().decode(await api.request(nodeSubject(CLUSTER, 'node2', 'logs'), new Uint8Array()))).toBe('mine');
    await bus.flush();
    expect(spied).toEqual([]);
  });

  test('does not know a token that has expired, nor one of another cluster', async () => {
    const identity = bootstrapIdentity('aaaaaa');
    await expect(connection(identity, await bootstrap('aaaaaa', 1_000_000_000))).rejects.toThrow(/authori[sz]ation|authentication/i);
    const { publicKey, seed } = createUserKey();
    const foreign = signerOf(await createNatsAuthority(CLUSTER));
    const jwt = await signUser(foreign, { identity, permissions: bootstrapPermissions(CLUSTER, 'aaaaaa'), publicKey });
    await expect(connection(identity, credsOfKey(jwt, seed))).rejects.toThrow(/authori[sz]ation|authentication/i);
  });
});

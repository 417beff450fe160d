import { once } from 'node:events';
import type { Pod } from '@kubernats/api';
import { Channel } from '@kubernats/client';
import { StatusError } from '@kubernats/errors';
import { describe, expect, test } from 'vitest';
import { clusterOfFile, pod } from './support/cluster-of-file.ts';
import { FakeNode } from './support/fake-node.ts';
import type { HttpsClient } from './support/https-client.ts';
import { SpdyClient } from './support/spdy-client.ts';
import { WsClient } from './support/ws-client.ts';

const cluster = await clusterOfFile();
const { door, namespace } = cluster;
const { admin } = door;

const gone = Promise.withResolvers<void>();
const flooded: number[] = [];
const node = new FakeNode(cluster.busServer.connect({ identity: 'system:node:n1' }), 'n1', {
  /** Runs until the client has gone. */
  async hang({ write, closed }) {
    await write(Channel.stdout, 'up');
    await closed;
    gone.resolve();
    return 0;
  },
  /** Says a million bytes at a time, for as long as they are taken. */
  async flood({ write, closed }) {
    let open = true;
    void closed.then(() => (open = false));
    while (open) {
      await write(Channel.stdout, new Uint8Array(100_000));
      flooded.push(100_000);
    }
    return 0;
  },
});
node.ports((port, stream) => {
  if (port !== 80) throw new StatusError('InternalError', `error forwarding port ${port}: connection refused`);
  const echo = async (): Promise<void> => {
    for await (const chunk of stream.incoming) await stream.write(chunk);
    await stream.write(new TextEncoder().encode('.'));
    await stream.end();
  };
  // The client may go first.
  echo().catch(() => {});
});

const CONTAINERS = [
  { name: 'c', image: 'web' },
  { name: 'dead', image: 'web' },
];

async function running(nodeName: string | undefined = 'n1'): Promise<{ ns: string; path: string }> {
  const { at, ns } = await namespace();
  const annotations = { 'kubectl.kubernetes.io/default-container': 'c' };
  await admin.post(`${at}/pods`, pod('p', { ...(nodeName === '' ? {} : { nodeName }), containers: CONTAINERS }, { annotations }));
  return { ns, path: `${at}/pods/p` };
}

const ALL = 'stdin=true&stdout=true&stderr=true';
const exec = (path: string, command: string, query = ALL) => `${path}/exec?${query}&command=${command}`;

describe('exec on a WebSocket', () => {
  test.each(['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io'])('%s', async (protocol) => {
    const { path, ns } = await running();
    const client = new WsClient(admin, exec(path, 'both', 'stdout=true&stderr=1&command=x'.replace('&command=x', '')), [protocol]);
    expect(await client.closed).toBe(1000);
    expect(client.socket.protocol).toBe(protocol);
    expect([client.text(Channel.stdout), client.text(Channel.stderr)]).toEqual(['out', 'err']);
    expect(JSON.parse(client.text(Channel.status))).toMatchObject({ reason: 'NonZeroExitCode', details: { causes: [{ message: '3' }] } });
    const streams = { stdin: false, stdout: true, stderr: true, tty: false };
    expect(node.hellos.at(-1)).toEqual({ namespace: ns, pod: 'p', container: 'c', command: ['both'], ...streams });
  });

  test.each([[['channel.k8s.io']], [['base64.channel.k8s.io']], [[]]])('%j says an error as text', async (protocols: string[]) => {
    const { path } = await running();
    const client = new WsClient(admin, exec(path, 'both'), protocols);
    expect(await client.closed).toBe(1000);
    expect([client.text(Channel.stdout), client.text(Channel.stderr), client.text(Channel.status)]).toEqual(['out', 'err', 'exit code 3']);
  });

  test('version 5 ends stdin alone; of several protocols the newest is spoken', async () => {
    const { path } = await running();
    const client = new WsClient(admin, exec(path, 'cat'), ['channel.k8s.io', 'v4.channel.k8s.io', 'v5.channel.k8s.io']);
    await client.opened;
    client.send(Channel.stdin, 'hello ');
    client.send(Channel.stdin, 'world');
    client.send(Channel.close, String.fromCharCode(Channel.stdin));
    expect(await client.closed).toBe(1000);
    expect(client.text(Channel.stdout)).toBe('hello world');
    expect(JSON.parse(client.text(Channel.status))).toMatchObject({ status: 'Success' });
  });

  test('the size of the terminal reaches the program; with a terminal there is no stderr', async () => {
    const { path } = await running();
    const client = new WsClient(admin, exec(path, 'read', `${ALL}&tty=true`), ['v5.channel.k8s.io']);
    await client.opened;
    client.send(Channel.resize, '{"Width":80,"Height":24}');
    client.send(Channel.stdin, 'x');
    await client.closed;
    expect(client.text(Channel.stdout)).toBe('4:{"Width":80,"Height":24};0:x;');
    expect(node.hellos.at(-1)).toMatchObject({ tty: true, stderr: false });
  });

  test('all words of the command arrive', async () => {
    const { path } = await running();
    const client = new WsClient(admin, `${exec(path, 'both')}&command=-c&command=a%20b&command=`, ['v4.channel.k8s.io']);
    await client.closed;
    expect(node.hellos.at(-1)?.command).toEqual(['both', '-c', 'a b', '']);
  });

  test('what the node refuses is the last word', async () => {
    const { path } = await running();
    const client = new WsClient(admin, `${exec(path, 'cat')}&container=dead`, ['v5.channel.k8s.io']);
    expect(await client.closed).toBe(1000);
    expect(JSON.parse(client.text(Channel.status))).toMatchObject({
      reason: 'InternalError',
      message: 'Internal error occurred: unable to upgrade connection: container not found ("dead")',
    });
  });

  test('a client that goes away ends the program', async () => {
    const { path } = await running();
    const client = new WsClient(admin, exec(path, 'hang'), ['v5.channel.k8s.io']);
    await client.until(Channel.stdout, (text) => text === 'up');
    client.socket.terminate();
    await gone.promise;
  });

  test('a client that does not read holds the program back', async () => {
    const { path } = await running();
    const client = new WsClient(admin, exec(path, 'flood'), ['v5.channel.k8s.io']);
    await client.opened;
    client.socket.pause();
    let before = -1;
    // Until nothing more is taken.
    while (flooded.length !== before) {
      before = flooded.length;
      for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(flooded.length * 100_000).toBeLessThan(32 * 1024 * 1024);
    client.socket.terminate();
  });

  test('200 sessions at once', async () => {
    const { path } = await running();
    const clients = Array.from({ length: 200 }, () => new WsClient(admin, `${path}/attach?${ALL}`, ['v5.channel.k8s.io']));
    await Promise.all(clients.map(({ opened }) => opened));
    clients.forEach((client, i) => client.send(Channel.stdin, `number ${i}`));
    await Promise.all(clients.map((client, i) => client.until(Channel.stdout, (text) => text === `number ${i}`)));
    for (const client of clients) client.send(Channel.close, '\0');
    expect(new Set(await Promise.all(clients.map(({ closed }) => closed)))).toEqual(new Set([1000]));
  });

  test('nothing is said to a client before it has answered pings: kubectl may not know its channels before', async () => {
    const { path } = await running();
    const client = new WsClient(admin, exec(path, 'both'), ['v5.channel.k8s.io'], {}, false);
    await once(client.socket, 'ping');
    client.socket.ping();
    await once(client.socket, 'pong');
    expect(client.channels.size).toBe(0);
    client.socket.on('ping', () => client.socket.pong());
    client.socket.pong();
    expect(await client.closed).toBe(1000);
    expect(client.text(Channel.stdout)).toBe('out');
  });

  test('noise ends the session and nothing else', async () => {
    const { path } = await running();
    const client = new WsClient(admin, exec(path, 'cat'), ['v5.channel.k8s.io']);
    await client.opened;
    client.socket.send('');
    client.send(77, 'nobody listens here');
    client.send(Channel.stdin, 'still there');
    await client.until(Channel.stdout, (text) => text === 'still there');
    client.socket.send(new Uint8Array(9 * 1024 * 1024));
    expect(await client.closed).not.toBe(1000);
  });
});

describe('exec over SPDY', () => {
  async function open(path: string, protocols: string[], types = ['error', 'stdin', 'stdout', 'stderr']) {
    const client = await SpdyClient.open(admin, path, protocols.length > 0 ? { 'x-stream-protocol-version': protocols } : {});
    const streams = Object.fromEntries(types.map((type) => [type, client.stream({ streamtype: type })]));
    const of = (type: string) => streams[type] ?? { id: 0, text: '', replied: false, ended: false, reset: undefined };
    return { client, of, ended: () => client.until(() => Object.values(streams).every((stream) => stream.ended)) };
  }

  test.each([
    [['v5.channel.k8s.io', 'v4.channel.k8s.io'], 'v5.channel.k8s.io'],
    [['v4.channel.k8s.io', 'v3.channel.k8s.io', 'channel.k8s.io'], 'v4.channel.k8s.io'],
  ])('%j: a status ends it', async (protocols, chosen) => {
    const { path } = await running();
    const { client, of, ended } = await open(exec(path, 'both'), protocols);
    await ended();
    expect(client.response.headers['x-stream-protocol-version']).toBe(chosen);
    expect([of('stdout').text, of('stderr').text]).toEqual(['out', 'err']);
    expect(JSON.parse(of('error').text)).toMatchObject({ reason: 'NonZeroExitCode' });
    client.socket.destroy();
  });

  test.each([[['v3.channel.k8s.io']], [['v2.channel.k8s.io']], [['channel.k8s.io']], [[]]])(
    '%j: a text ends it',
    async (protocols: string[]) => {
      const { path } = await running();
      const { client, of, ended } = await open(exec(path, 'both'), protocols);
      await ended();
      expect([of('stdout').text, of('stderr').text, of('error').text]).toEqual(['out', 'err', 'exit code 3']);
      client.socket.destroy();
    },
  );

  test('stdin, its end, and the size of the terminal', async () => {
    const { path } = await running();
    const cat = await open(exec(path, 'cat'), ['v4.channel.k8s.io']);
    cat.client.data(cat.of('stdin'), 'hello ');
    cat.client.data(cat.of('stdin'), 'world', true);
    await cat.ended();
    expect(cat.of('stdout').text).toBe('hello world');
    cat.client.socket.destroy();
    const read = await open(exec(path, 'read', `${ALL}&tty=true`), ['v4.channel.k8s.io'], ['error', 'stdin', 'stdout', 'resize']);
    read.client.data(read.of('resize'), '{"Width":1,"Height":2}');
    await read.client.until(() => read.of('stdout').text !== '');
    read.client.data(read.of('stdin'), 'x');
    await read.ended();
    expect(read.of('stdout').text).toBe('4:{"Width":1,"Height":2};0:x;');
    read.client.socket.destroy();
  });

  test('what the node refuses is refused before the upgrade, in its words', async () => {
    const { path } = await running();
    await expect(open(`${exec(path, 'cat')}&container=dead`, ['v4.channel.k8s.io'])).rejects.toThrow('500 container not found ("dead")');
    await expect(open(exec(path, 'cat'), ['v9.channel.k8s.io'])).rejects.toThrow(/^403 unable to upgrade: unable to negotiate protocol/);
  });

  test('pings are answered; windows are kept once the client speaks of them', async () => {
    const { path } = await running();
    const { client, of } = await open(exec(path, 'flood'), ['v4.channel.k8s.io'], []);
    client.send({ type: 'settings', values: new Map([[7, 1000]]) });
    client.send({ type: 'ping', id: 1 });
    await client.until(() => client.others.length > 0);
    expect(client.others).toEqual([{ type: 'ping', id: 1 }]);
    for (const type of ['error', 'stdin', 'stdout', 'stderr']) client.stream({ streamtype: type });
    const stdout = client.streams.get(5) ?? of('');
    await client.until(() => stdout.text.length === 1000);
    client.send({ type: 'windowUpdate', id: 5, delta: 500 });
    await client.until(() => stdout.text.length >= 1500);
    expect(stdout.text.length).toBe(1500);
    client.socket.destroy();
  });

  test('what is no SPDY ends the connection', async () => {
    const { path } = await running();
    const { client } = await open(exec(path, 'cat'), ['v4.channel.k8s.io'], []);
    client.socket.write(Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 1, 0]));
    await client.until(() => client.others.some(({ type }) => type === 'goAway'));
    client.socket.end();
    await client.closed;
  });
});

describe('port-forward', () => {
  test('over SPDY, many connections at once, each direction to its own end', async () => {
    const { path } = await running();
    const client = await SpdyClient.open(admin, `${path}/portforward`, { 'x-stream-protocol-version': 'portforward.k8s.io' });
    expect(client.response.headers['x-stream-protocol-version']).toBe('portforward.k8s.io');
    const pairs = Array.from({ length: 50 }, (_, i) => {
      const headers = { port: '80', requestid: String(i) };
      return { error: client.stream({ streamtype: 'error', ...headers }), data: client.stream({ streamtype: 'data', ...headers }) };
    });
    for (const { data } of pairs) client.data(data, 'ping');
    await client.until(() => pairs.every(({ data }) => data.text === 'ping'));
    for (const { data } of pairs) client.data(data, '', true);
    await client.until(() => pairs.every(({ data, error }) => data.text === 'ping.' && data.ended && error.ended));
    expect(new Set(pairs.map(({ error }) => error.text))).toEqual(new Set(['']));
    client.socket.destroy();
  });

  test('a port that nobody listens on', async () => {
    const { path } = await running();
    const client = await SpdyClient.open(admin, `${path}/portforward`, { 'x-stream-protocol-version': 'portforward.k8s.io' });
    const error = client.stream({ streamtype: 'error', port: '81', requestid: '0' });
    const data = client.stream({ streamtype: 'data', port: '81', requestid: '0' });
    await client.until(() => error.ended && data.reset !== undefined);
    expect(error.text).toBe('error forwarding port 81: connection refused');
    const wrong = client.stream({ streamtype: 'data', port: 'x' });
    await client.until(() => wrong.reset !== undefined);
    client.socket.destroy();
  });

  test('on a WebSocket with channels', async () => {
    const { path } = await running();
    const client = new WsClient(admin, `${path}/portforward?ports=80&ports=81`, ['v4.channel.k8s.io']);
    await client.opened;
    await client.until(3, (text) => text.includes('refused'));
    expect([client.text(0), client.text(1), client.text(2)]).toEqual(['P\0', 'P\0', 'Q\0']);
    expect(client.text(3)).toBe('Q\0error forwarding port 81: connection refused');
    client.send(0, 'ping');
    await client.until(0, (text) => text === 'P\0ping');
    client.socket.terminate();
  });
});

describe('before the upgrade', () => {
  const webSocket = (client: HttpsClient, path: string, headers = {}) => new WsClient(client, path, ['v5.channel.k8s.io'], headers).opened;

  test('who asks otherwise is told to upgrade', async () => {
    const { path } = await running();
    expect((await admin.get(exec(path, 'cat'))).status()).toMatchObject({ code: 400, message: 'Upgrade request required' });
    expect((await admin.post(`${path}/portforward`, '')).status()).toMatchObject({ code: 400, message: 'Upgrade request required' });
    expect((await admin.delete(exec(path, 'cat'))).code).toBe(405);
  });

  test('a request for something else that offers an upgrade is answered as ever', async () => {
    const { ns } = await running();
    await expect(webSocket(admin, `/api/v1/namespaces/${ns}/pods/p`)).rejects.toThrow(/^200 \{"kind":"Pod"/);
    await expect(webSocket(admin, '/nothing')).rejects.toThrow(/^404 /);
  });

  test.each([
    ['', 'exec?command=x', '400', 'you must specify at least 1 of stdin, stdout, stderr'],
    ['', 'exec?stdout=true', '400', 'you must specify at least 1 command for the container'],
    ['', 'attach?stdout=true&container=x', '400', 'container x is not valid for pod p'],
    ['', 'portforward?ports=0', '400', 'invalid port'],
  ])('%s%s is refused', async (_, query, code, message) => {
    const { path } = await running();
    await expect(webSocket(admin, `${path}/${query}`)).rejects.toThrow(new RegExp(`^${code} .*${message}`));
  });

  test('a Pod that is nowhere, and one that is not there', async () => {
    const { path, ns } = await running('');
    await expect(webSocket(admin, exec(path, 'cat'))).rejects.toThrow(/^400 .*pod p does not have a host assigned/);
    await expect(webSocket(admin, exec(path.replace(/p$/, 'q'), 'cat'))).rejects.toThrow(/^404 .*pods \\"q\\" not found/);
    expect(ns).not.toBe('');
  });

  test('a node that does not answer', async () => {
    const { path } = await running('nobody');
    const client = new WsClient(admin, exec(path, 'cat'), ['v5.channel.k8s.io']);
    await client.closed;
    expect(JSON.parse(client.text(Channel.status))).toMatchObject({
      message: expect.stringContaining('error dialing backend: node "nobody" does not answer'),
    });
    await expect(SpdyClient.open(admin, exec(path, 'cat'))).rejects.toThrow(/^500 .*error dialing backend/);
  });

  test('to run programs takes the right to create, and to impersonate the right to', async () => {
    const { path, ns } = await running();
    const reader = await door.as('reader');
    const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${ns}`;
    const allow = async (name: string, verbs: string[]) => {
      const rules = [{ apiGroups: [''], resources: ['pods/exec'], verbs }];
      await admin.post(`${rbac}/roles`, { metadata: { name }, rules });
      const subjects = [{ kind: 'User', name: 'reader', apiGroup: 'rbac.authorization.k8s.io' }];
      const roleRef = { kind: 'Role', name, apiGroup: 'rbac.authorization.k8s.io' };
      await admin.post(`${rbac}/rolebindings`, { metadata: { name }, subjects, roleRef });
    };
    await expect(webSocket(reader, exec(path, 'cat'))).rejects.toThrow(/^403 .*cannot get resource \\"pods\/exec\\"/);
    await allow('get', ['get']);
    await expect(webSocket(reader, exec(path, 'cat'))).rejects.toThrow(/^403 .*cannot create resource \\"pods\/exec\\"/);
    await expect(webSocket(reader, exec(path, 'cat'), { 'impersonate-user': 'x' })).rejects.toThrow(/^403 .*cannot impersonate/);
    await allow('create', ['create']);
    const client = new WsClient(reader, exec(path, 'both'), ['v5.channel.k8s.io']);
    expect(await client.closed).toBe(1000);
    const asOther = new WsClient(admin, exec(path, 'both'), ['v5.channel.k8s.io'], { 'impersonate-user': 'nobody' });
    await expect(asOther.opened).rejects.toThrow(/^403 .*User \\"nobody\\" cannot get/);
    await expect(webSocket(door.anonymous, exec(path, 'cat'))).rejects.toThrow(/^403 /);
    expect((await admin.get(path)).json<Pod>().spec?.nodeName).toBe('n1');
  });
});

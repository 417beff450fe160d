import { type ByteStream, nodeSubject } from '@kubernats/bus';
import { Channel, ChannelDecoder, encodeChannelFrame } from '@kubernats/client';
import { defineImage } from '@kubernats/containers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KubeletFixture } from './kubelet.fixture.ts';

const text = new TextDecoder();
const bytes = (of: string): Uint8Array => new TextEncoder().encode(of);

const ended = Promise.withResolvers<string>();
/** Serves port 7 as echo; as a program of exec, does what its command says. */
const tool = defineImage({
  names: ['tool'],
  programs: ['both', 'back', 'hang', 'flood', 'nothing'],
  async run({ command, network, signal, stdin, stdout, stderr }) {
    const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    switch (command[0]) {
      case undefined:
        await network.listen({ host: '0.0.0.0', port: 7 }, (connection) => connection.on('error', () => {}).pipe(connection));
        return over;
      case 'both':
        await stdout('out');
        await stderr('err');
        return 3;
      case 'back':
        for await (const chunk of stdin ?? []) await stdout(chunk);
        return 0;
      case 'hang':
        await stdout('up');
        await over;
        ended.resolve('gone');
        return 0;
      case 'flood':
        for (let i = 0; i < 1000 && !signal.aborted; i++) void stdout(new Uint8Array(1024 * 1024));
        return over;
      default:
        throw new Error(`no ${command[0]}`);
    }
  },
});

describe('streams to containers', () => {
  const fixture = new KubeletFixture({ images: [tool] });
  beforeAll(async () => {
    await fixture.start();
    for (const name of ['a', 'b']) fixture.bind(name, { containers: [{ name: 'main', image: 'tool' }] });
    await fixture.runs('a');
    await fixture.runs('b');
  });
  afterAll(() => fixture.stop());

  const open = (service: 'exec' | 'attach' | 'portforward', hello: object): Promise<ByteStream> =>
    fixture.otherBus.openStream(
      nodeSubject('default', 'node1', service),
      bytes(JSON.stringify({ namespace: 'default', pod: 'a', ...hello })),
    );
  const exec = (command: string, more: object = {}) =>
    open('exec', { container: 'main', command: [command], stdin: true, stdout: true, stderr: true, tty: false, ...more });

  /** All that comes, by channel. */
  async function all(stream: ByteStream): Promise<Map<number, string>> {
    const said = new Map<number, string>();
    const decoder = new ChannelDecoder();
    for await (const chunk of stream.incoming) {
      for (const { channel, payload } of decoder.push(chunk)) said.set(channel, (said.get(channel) ?? '') + text.decode(payload));
    }
    return said;
  }
  const statusIn = (said: Map<number, string>): unknown => JSON.parse(said.get(Channel.status) ?? 'null');

  test('exec says what the program says, and how it ended', async () => {
    const said = await all(await exec('both'));
    expect([said.get(Channel.stdout), said.get(Channel.stderr)]).toEqual(['out', 'err']);
    expect(statusIn(said)).toMatchObject({ reason: 'NonZeroExitCode', details: { causes: [{ message: '3' }] } });
  });

  test('what is not wanted is not sent', async () => {
    const said = await all(await exec('both', { stderr: false }));
    expect([said.get(Channel.stdout), said.get(Channel.stderr)]).toEqual(['out', undefined]);
  });

  test('20 MB through stdin and back, and the end of stdin', async () => {
    const stream = await exec('back');
    const chunk = new Uint8Array(100_000).fill(0x61);
    const sent = (async () => {
      for (let i = 0; i < 200; i++) await stream.write(encodeChannelFrame(Channel.stdin, chunk));
      await stream.write(encodeChannelFrame(Channel.close, Uint8Array.of(Channel.stdin)));
    })();
    let length = 0;
    let status = '';
    const decoder = new ChannelDecoder();
    for await (const part of stream.incoming) {
      for (const { channel, payload } of decoder.push(part)) {
        if (channel === Channel.stdout) length += payload.length;
        else status = text.decode(payload);
      }
    }
    await sent;
    expect([length, JSON.parse(status)]).toEqual([20_000_000, { metadata: {}, status: 'Success' }]);
  });

  test('a caller that goes away ends the program', async () => {
    const stream = await exec('hang');
    for await (const _ of stream.incoming) break;
    stream.destroy();
    expect(await ended.promise).toBe('gone');
  });

  test('a program that does not wait for its reader is cut off', async () => {
    const stream = await exec('flood');
    await stream.closed;
    await expect(all(stream)).rejects.toThrow('the program writes without waiting for its reader');
  });

  test('what throws inside is no news to the node', async () => {
    expect(statusIn(await all(await exec('nothing')))).toMatchObject({
      message: 'Internal error occurred: error executing command in container: no nothing',
    });
  });

  test('a container that is killed ends its sessions with 137', async () => {
    const stream = await exec('hang', { pod: 'b' });
    const said = all(stream);
    const pod = fixture.pod('b');
    fixture.api.put('pods', {
      ...pod,
      metadata: { ...pod?.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 },
    });
    expect(statusIn(await said)).toMatchObject({ details: { causes: [{ message: '137' }] } });
  });

  test('a Pod and a container that are not there, in the words of a kubelet', async () => {
    await expect(exec('both', { pod: 'no' })).rejects.toThrow('pod does not exist');
    await expect(exec('both', { container: 'no' })).rejects.toThrow('container not found ("no")');
    await expect(open('attach', { container: 'no', stdout: true })).rejects.toThrow('container not found ("no")');
    await expect(open('portforward', { pod: 'no', port: 7 })).rejects.toThrow('pod does not exist');
  });

  test('port-forward reaches the localhost of the Pod; each direction ends by itself', async () => {
    const stream = await open('portforward', { port: 7 });
    await stream.write(bytes('ping'));
    await stream.end();
    let back = '';
    for await (const chunk of stream.incoming) back += text.decode(chunk);
    expect(back).toBe('ping');
    await stream.closed;
  });

  test('a port that nobody listens on', async () => {
    await expect(open('portforward', { port: 8 })).rejects.toThrow(
      /^error forwarding port 8 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace "[^"]+": failed to connect to localhost:8 inside namespace "[0-9a-f]{64}", IPv4: dial tcp4 127\.0\.0\.1:8: connect: connection refused/,
    );
  });

  test('a node that is switched off ends every stream', async () => {
    const session = await exec('hang');
    const forwarded = await open('portforward', { port: 7 });
    await fixture.kubelet.node('node1')?.stop();
    expect(statusIn(await all(session))).toMatchObject({ details: { causes: [{ message: '137' }] } });
    for await (const _ of forwarded.incoming);
    await forwarded.end();
    await forwarded.closed;
  });
});

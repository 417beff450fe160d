import { realClock, SteppedClock, seededRandom } from '@kubernats/clock';
import { type Connection, VirtualNetwork } from '@kubernats/net';
import { decode } from 'dns-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../client/ask.ts';
import { address, queryBytes, replyWith } from '../dns.fixture.ts';
import { emptyReply } from '../message/message.ts';
import { readQuery } from '../message/read-query.ts';
import { framed, MessageReader } from './framing.ts';
import { type AnswerQuery, serveDns } from './serve-dns.ts';

const SERVER = { host: '10.96.0.10', port: 53 };
let network: VirtualNetwork;
let server: AsyncDisposable | undefined;
const errors: unknown[] = [];

beforeEach(() => {
  network = new VirtualNetwork();
  errors.length = 0;
});
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  expect(network.listening).toEqual([]);
});

const many = Array.from({ length: 200 }, (_, i) => address('many.example', `10.0.0.${i}`));

const answer: AnswerQuery = ({ question }) => {
  if (question.name === 'many.example') return replyWith(...many);
  if (question.name === 'broken.example') throw new Error('a defect');
  return question.name.toLowerCase() === 'web.example' ? replyWith(address('web.example', '10.0.0.1')) : emptyReply('NXDOMAIN');
};

async function start(clock: Parameters<typeof serveDns>[1]['clock'] = realClock): Promise<void> {
  server = await serveDns(SERVER, { network, clock, answer, recursion: false, onError: (error) => errors.push(error) });
}

const client = () => ({ network, clock: realClock, from: '10.0.0.9', timeoutMs: 60_000, id: 99 });

describe('a server', () => {
  it('answers over UDP and TCP', async () => {
    await start();
    for (const tcp of [false, true]) {
      expect(await ask(SERVER, 'WEB.example', 'A', { ...client(), tcp })).toMatchObject({
        rcode: 'NOERROR',
        answers: [{ name: 'WEB.example', data: '10.0.0.1' }],
      });
      expect(await ask(SERVER, 'nope.example', 'A', { ...client(), tcp })).toMatchObject({ rcode: 'NXDOMAIN', answers: [] });
    }
  });

  it('what no datagram holds comes over TCP', async () => {
    await start();
    const heard = await ask(SERVER, 'many.example', 'A', client());
    expect(heard.flags.truncated).toBe(false);
    expect(heard.answers).toHaveLength(200);
  });

  it('a defect is SERVFAIL for its asker, and nothing to others', async () => {
    await start();
    expect(await ask(SERVER, 'broken.example', 'A', client())).toMatchObject({ rcode: 'SERVFAIL' });
    expect(errors).toHaveLength(1);
    expect(await ask(SERVER, 'web.example', 'A', client())).toMatchObject({ rcode: 'NOERROR' });
  });

  it('an unknown version of EDNS is refused', async () => {
    await start();
    const answered = Promise.withResolvers<Uint8Array>();
    await using socket = await network.bindUdp({ host: '10.0.0.9', port: 0 }, ({ data }) => answered.resolve(data));
    socket.send(queryBytes({ edns: { version: 3 } }), SERVER);
    expect(decode(Buffer.from(await answered.promise)).additionals).toMatchObject([{ type: 'OPT', extendedRcode: 1 }]);
  });

  it('takes questions of a connection one after the other, however they are cut', async () => {
    await start();
    const connection = await network.dial(SERVER);
    const reader = new MessageReader();
    const ids: number[] = [];
    const bytes = Buffer.concat([1, 2, 3].map((id) => framed(queryBytes({ id }))));
    for (const byte of bytes) connection.write(Buffer.of(byte));
    for await (const chunk of connection) {
      for (const message of reader.take(chunk as Uint8Array)) ids.push(Buffer.from(message).readUInt16BE(0));
      if (ids.length === 3) break;
    }
    expect(ids).toEqual([1, 2, 3]);
  });

  it('lets go of a connection that says nothing', async () => {
    const clock = new SteppedClock();
    await start(clock);
    const connection: Connection = await network.dial(SERVER);
    const closed = new Promise((resolve) => connection.once('end', resolve));
    connection.resume();
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10_000);
    await closed;
  });

  it('lets go of a connection that never comes to the end of its question', async () => {
    const clock = new SteppedClock();
    await start(clock);
    const connection: Connection = await network.dial(SERVER);
    const closed = new Promise((resolve) => connection.once('end', resolve));
    connection.resume();
    for (const byte of [0, 40, 1, 2]) {
      connection.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(2_500);
    }
    await closed;
  });
});

describe('R2: whatever comes, the server lives', () => {
  /** Bytes of a sound query with some changed, cut off or put in. */
  function mutated(random: ReturnType<typeof seededRandom>): Buffer {
    const names = ['web.example', 'a', '.', 'x'.repeat(63), `${'y'.repeat(60)}.${'z'.repeat(60)}`, '_http._tcp.web.example'];
    const types = ['A', 'SRV', 'PTR', 'TXT', 'ANY', 'AXFR', 'UNKNOWN_65280'];
    const pick = <T>(all: readonly T[]): T => all[random.int(all.length)] as T;
    let bytes = queryBytes({ name: pick(names), type: pick(types), ...(random.int(2) ? { edns: {} } : {}) });
    for (let i = random.int(6); i > 0; i--) {
      const at = random.int(bytes.length + 1);
      const kind = random.int(4);
      if (kind === 0 && at < bytes.length) bytes[at] = random.int(256);
      else if (kind === 1) bytes = bytes.subarray(0, at);
      else if (kind === 2)
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(Array.from({ length: random.int(20) }, () => random.int(256)))]);
      else if (at + 1 < bytes.length) bytes.writeUInt16BE(0xc000 | random.int(64), at);
    }
    return bytes;
  }

  it.each([1, 2, 3, 4])('20,000 mutated packets are read or refused, and never thrown at (seed %d)', (seed) => {
    const random = seededRandom(seed);
    let refused = 0;
    for (let i = 0; i < 20_000; i++) {
      const read = readQuery(mutated(random));
      if (!(read instanceof Uint8Array)) continue;
      refused += 1;
      expect([1, 4]).toContain((read[3] ?? 0) & 0xf);
    }
    expect(refused).toBeGreaterThan(1000);
  });

  it('a server that is sent them answers what is sound, and goes on', async () => {
    await start();
    const random = seededRandom(5);
    await using socket = await network.bindUdp({ host: '10.0.0.9', port: 0 }, ({ data }) => {
      // What comes back is an answer that a client can read.
      expect((data[2] ?? 0) & 0x80).toBe(0x80);
      decode(Buffer.from(data));
    });
    for (let i = 0; i < 5000; i++) socket.send(mutated(random), SERVER);
    for (let i = 0; i < 200; i++) {
      const connection = await network.dial(SERVER);
      connection.end(random.int(2) ? framed(mutated(random)) : mutated(random));
      connection.resume();
    }
    expect(await ask(SERVER, 'web.example', 'A', client())).toMatchObject({ rcode: 'NOERROR' });
    expect(errors).toEqual([]);
  });
});

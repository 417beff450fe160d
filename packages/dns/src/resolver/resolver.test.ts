import { realClock, SteppedClock, seededRandom } from '@kubernats/clock';
import { VirtualNetwork } from '@kubernats/net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { address, replyWith } from '../dns.fixture.ts';
import { readAnswer } from '../message/client-messages.ts';
import { emptyReply, type Rcode, type Reply } from '../message/message.ts';
import { serveDns } from '../server/serve-dns.ts';
import { candidates, parseResolvConf, type ResolvConf } from './resolv-conf.ts';
import { addressesOf, resolve } from './resolver.ts';

describe('resolv.conf', () => {
  it('is read as glibc does: the last search line, three servers, bounds', () => {
    const text = `# a comment
domain old.example
search a.example b.example.  ; another
nameserver 10.0.0.1
nameserver 10.0.0.2
nameserver 10.0.0.3
nameserver 10.0.0.4
options ndots:99 timeout:0 attempts:3 rotate edns0 unknown:x
nonsense
`;
    expect(parseResolvConf(text)).toEqual({
      nameservers: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
      search: ['a.example', 'b.example'],
      ...{ ndots: 15, timeoutMs: 1000, attempts: 3, rotate: true },
    });
    expect(parseResolvConf('')).toEqual({ nameservers: [], search: [], ndots: 1, timeoutMs: 5000, attempts: 2, rotate: false });
  });

  const search = ['ns.svc.cluster.local', 'svc.cluster.local'];
  it.each([
    ['web', 5, ['web.ns.svc.cluster.local', 'web.svc.cluster.local', 'web']],
    ['www.example.com', 5, ['www.example.com.ns.svc.cluster.local', 'www.example.com.svc.cluster.local', 'www.example.com']],
    ['www.example.com', 2, ['www.example.com', 'www.example.com.ns.svc.cluster.local', 'www.example.com.svc.cluster.local']],
    ['www.example.com.', 5, ['www.example.com']],
  ])('%s with ndots %d is looked for as %o', (name, ndots, names) => expect(candidates(name, { search, ndots })).toEqual(names));
});

describe('resolve', () => {
  let network: VirtualNetwork;
  let stack: AsyncDisposableStack;
  const asked: string[] = [];
  beforeEach(() => {
    network = new VirtualNetwork();
    stack = new AsyncDisposableStack();
    asked.length = 0;
  });
  afterEach(() => stack.disposeAsync());

  const serve = async (host: string, names: Readonly<Record<string, Reply | Rcode>>): Promise<void> => {
    const answer = ({ question }: { question: { name: string } }): Reply => {
      asked.push(`${host} ${question.name}`);
      const found = names[question.name] ?? 'NXDOMAIN';
      return typeof found === 'string' ? emptyReply(found) : found;
    };
    const parts = { network, clock: realClock, answer, recursion: false, onError: (error: unknown) => expect(error).toBeUndefined() };
    stack.use(await serveDns({ host, port: 53 }, parts));
  };
  const CONF: ResolvConf = { ...parseResolvConf('search a.example b.example\noptions ndots:2'), nameservers: ['10.0.0.1', '10.0.0.2'] };
  const random = seededRandom(1);
  const queryId = (): number => random.int(0x1_0000);
  const lookUp = (name: string, conf = CONF, clock: SteppedClock | typeof realClock = realClock) =>
    resolve(conf, name, 'A', {
      clock,
      queryId,
      reach: (host) => ({ network, from: '10.0.0.9', server: { host, port: 53 } }),
    });

  it('goes along the search list to the first name that has what is wanted', async () => {
    await serve('10.0.0.1', { 'web.a.example': 'NOERROR', 'web.b.example': replyWith(address('web.b.example', '10.1.1.1')) });
    const lookup = await lookUp('web');
    expect(lookup).toMatchObject({ found: 'records', name: 'web.b.example' });
    expect(lookup.found === 'records' && addressesOf(lookup.records)).toEqual(['10.1.1.1']);
    expect(asked).toEqual(['10.0.0.1 web.a.example', '10.0.0.1 web.b.example']);
  });

  it('tells a name that has nothing from one that is not there', async () => {
    await serve('10.0.0.1', { 'web.a.example': 'NOERROR' });
    expect(await lookUp('web')).toMatchObject({ found: 'no data', name: 'web.a.example' });
    expect(await lookUp('nope')).toMatchObject({ found: 'no such name', name: 'nope' });
  });

  it('asks the next server when one does not know', async () => {
    await serve('10.0.0.1', { 'web.a.example': 'SERVFAIL' });
    await serve('10.0.0.2', { 'web.a.example': replyWith(address('web.a.example', '10.1.1.2')) });
    expect(await lookUp('web')).toMatchObject({ found: 'records', server: { host: '10.0.0.2' } });
  });

  it('asks the next server when one is silent, and gives up after its attempts', async () => {
    const clock = new SteppedClock();
    await serve('10.0.0.2', { 'web.a.example': replyWith(address('web.a.example', '10.1.1.2')) });
    const stepping = (async () => {
      // Until it is answered: each turn is one time-out.
      while (asked.length === 0) {
        await new Promise((resolve) => setImmediate(resolve));
        await clock.advance(5000);
      }
    })();
    expect(await lookUp('web', CONF, clock)).toMatchObject({ found: 'records', server: { host: '10.0.0.2' } });
    await stepping;
    let done = false;
    const silent = lookUp('web', { ...CONF, nameservers: ['10.0.0.7'] }, clock).finally(() => {
      done = true;
    });
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(5000);
    }
    expect(await silent).toEqual({ found: 'no answer', name: 'web.a.example', server: { host: '10.0.0.7', port: 53 } });
  });

  it('spreads its questions where the file says so', async () => {
    await serve('10.0.0.1', {});
    await serve('10.0.0.2', {});
    for (let i = 0; i < 8; i++) await lookUp('web.', { ...CONF, rotate: true });
    expect(new Set(asked)).toEqual(new Set(['10.0.0.1 web', '10.0.0.2 web']));
  });

  it('follows aliases within an answer', async () => {
    const alias = { name: 'web.a.example', type: 'CNAME' as const, ttl: 5, data: 'Real.example' };
    await serve('10.0.0.1', { 'web.a.example': replyWith(alias, address('real.example', '10.1.1.3')) });
    const lookup = await lookUp('web');
    expect(lookup.found === 'records' && addressesOf(lookup.records)).toEqual(['10.1.1.3']);
  });

  it('a name that no message holds is asked of nobody', async () => {
    await serve('10.0.0.1', {});
    for (const name of ['x'.repeat(64), 'a..b', `${'y'.repeat(60)}.`.repeat(5)])
      expect(await lookUp(name)).toMatchObject({ found: 'no answer' });
    expect(asked).toEqual([]);
  });
});

it('an answer to another question, or of somebody who lies about its length, is none', () => {
  const header = (...words: number[]): Uint8Array => Buffer.concat(words.map((word) => Buffer.of(word >> 8, word & 0xff)));
  const asked = { id: 7, name: 'web' };
  expect(readAnswer(header(7, 0x8180), asked)).toBeUndefined();
  expect(readAnswer(header(8, 0x8181, 0, 0, 0, 0), asked)).toBeUndefined();
  expect(readAnswer(header(7, 0x0100, 0, 0, 0, 0), asked)).toBeUndefined();
  expect(readAnswer(header(7, 0x8180, 1, 65_535, 65_535, 65_535), asked)).toBeUndefined();
  expect(readAnswer(header(7, 0x8181, 0, 0, 0, 0), asked)).toMatchObject({ rcode: 'FORMERR' });
});

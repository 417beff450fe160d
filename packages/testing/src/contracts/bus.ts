import type { Bus, BusMessage, ByteStream, SubjectPermissions } from '@kubernats/bus';
import { StatusError } from '@kubernats/errors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

export interface BusSubject extends AsyncDisposable {
  /** A participant; without permissions it may do anything. */
  connect(identity: string, permissions?: SubjectPermissions): Promise<Bus>;
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const text = (value: Uint8Array): string => new TextDecoder().decode(value);

/** Collects what arrives; `until` resolves when that many came. */
function mailbox() {
  const messages: string[] = [];
  let check = (): void => {};
  return {
    messages,
    take: (message: BusMessage): void => {
      messages.push(text(message.data));
      check();
    },
    until: (count: number): Promise<void> =>
      new Promise((resolve) => {
        check = () => messages.length >= count && resolve();
        check();
      }),
  };
}

async function readAll(stream: ByteStream): Promise<string> {
  let all = '';
  for await (const chunk of stream.incoming) all += text(chunk);
  return all;
}

/** What every `Bus` does. */
export function busContract(name: string, makeSubject: () => Promise<BusSubject>): void {
  describe(`bus contract: ${name}`, () => {
    let subject: BusSubject;
    let alice: Bus;
    let bob: Bus;
    beforeEach(async () => {
      subject = await makeSubject();
      [alice, bob] = await Promise.all([subject.connect('alice'), subject.connect('bob')]);
    });
    afterEach(() => subject[Symbol.asyncDispose]());

    test('messages arrive in order, at literal subjects and at wildcards', async () => {
      const [exact, star, rest] = [mailbox(), mailbox(), mailbox()];
      bob.subscribe('kn.a.b', exact.take);
      bob.subscribe('kn.*.b', star.take);
      bob.subscribe('kn.>', rest.take);
      await bob.flush();
      for (let n = 0; n < 100; n++) alice.publish('kn.a.b', bytes(String(n)));
      alice.publish('kn.c', bytes('last'));
      await rest.until(101);
      const numbers = Array.from({ length: 100 }, (_, n) => String(n));
      expect(exact.messages).toEqual(numbers);
      expect(star.messages).toEqual(numbers);
      expect(rest.messages).toEqual([...numbers, 'last']);
    });

    test('of a queue group one member gets each message', async () => {
      const carol = await subject.connect('carol');
      const box = mailbox();
      for (const member of [bob, carol]) member.subscribe('work', box.take, { queue: 'workers' });
      await Promise.all([bob.flush(), carol.flush()]);
      for (let n = 0; n < 50; n++) alice.publish('work', bytes(String(n)));
      await box.until(50);
      await alice.flush();
      expect([...box.messages].sort()).toEqual(Array.from({ length: 50 }, (_, n) => String(n)).sort());
    });

    test('a subscription that ended gets nothing more', async () => {
      const [ended, control] = [mailbox(), mailbox()];
      const subscription = bob.subscribe('x', ended.take);
      bob.subscribe('x', control.take);
      await bob.flush();
      subscription.unsubscribe();
      subscription.unsubscribe();
      alice.publish('x', bytes('1'));
      await control.until(1);
      expect(ended.messages).toEqual([]);
    });

    test('a question gets its answer, also when many are under way', async () => {
      bob.subscribe('double', (message) => message.respond(bytes(String(2 * Number(text(message.data))))));
      await bob.flush();
      const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => alice.request('double', bytes(String(n)))));
      expect(answers.map(text)).toEqual(Array.from({ length: 200 }, (_, n) => String(2 * n)));
    });

    test('a question that nobody hears is refused at once, one that nobody answers times out', async () => {
      await expect(alice.request('nobody', bytes('?'))).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
      bob.subscribe('silent', () => {});
      await bob.flush();
      await expect(alice.request('silent', bytes('?'), { timeoutMs: 20 })).rejects.toMatchObject({ reason: 'Timeout' });
    });

    test('an aborted question ends with the reason', async () => {
      bob.subscribe('silent', () => {});
      await bob.flush();
      const abort = new AbortController();
      const question = alice.request('silent', bytes('?'), { signal: abort.signal });
      abort.abort(new Error('enough'));
      await expect(question).rejects.toThrow('enough');
    });

    test('several answers come in order until the last', async () => {
      bob.subscribe('count', (message) => {
        for (const part of ['1', '2', '3', 'end']) message.respond(bytes(part));
      });
      await bob.flush();
      const parts: string[] = [];
      for await (const part of alice.requestMany('count', bytes(''), (data) => text(data) === 'end')) parts.push(text(part));
      expect(parts).toEqual(['1', '2', '3', 'end']);
    });

    test('what is not permitted is refused on both sides', async () => {
      const permissions = { publish: ['kn.mine.>', '_INBOX.>'], subscribe: ['_INBOX.*.mallory.>'] };
      const mallory = await subject.connect('mallory', permissions);
      await expect(mallory.request('kn.other.secret', bytes('?'), { timeoutMs: 5000 })).rejects.toMatchObject({ reason: 'Forbidden' });
      const refusal = await new Promise((resolve) => mallory.subscribe('kn.other.>', () => {}, { onRefused: resolve }));
      expect(refusal).toMatchObject({ reason: 'Forbidden' });
      bob.subscribe('kn.mine.q', (message) => message.respond(bytes('yes')));
      await bob.flush();
      expect(text(await mallory.request('kn.mine.q', bytes('?')))).toBe('yes');
    });

    test('a message over the limit is refused before it is sent', () => {
      expect(() => alice.publish('x', new Uint8Array(alice.maxPayloadBytes + 1))).toThrow(/over the bus's limit/);
    });

    test('bytes flow both ways, and one direction may end before the other', async () => {
      bob.acceptStreams('echo', async (hello, stream) => {
        await stream.write(bytes(`${text(hello)}:`));
        for await (const chunk of stream.incoming) await stream.write(chunk);
        await stream.end();
      });
      await bob.flush();
      const stream = await alice.openStream('echo', bytes('hi'));
      await stream.write(bytes('one '));
      await stream.write(bytes('two'));
      await stream.end();
      expect(await readAll(stream)).toBe('hi:one two');
      await stream.closed;
    });

    test('a reader that does not read stops the writer', async () => {
      const accepted = Promise.withResolvers<ByteStream>();
      bob.acceptStreams('sink', (_hello, stream) => accepted.resolve(stream));
      await bob.flush();
      const stream = await alice.openStream('sink', bytes(''));
      const chunk = new Uint8Array(256 * 1024);
      let written = 0;
      const writing = (async () => {
        for (let n = 0; n < 64; n++) {
          await stream.write(chunk);
          written++;
        }
        await stream.end();
      })();
      const reader = await accepted.promise;
      await alice.flush();
      await bob.flush();
      expect(written).toBeLessThan(64);
      let received = 0;
      for await (const part of reader.incoming) received += part.length;
      await writing;
      expect(received).toBe(64 * chunk.length);
    });

    test('a stream that is given up fails at the other end, and a refused one tells why', async () => {
      const accepted = Promise.withResolvers<ByteStream>();
      bob.acceptStreams('s', (hello, stream) => {
        if (text(hello) === 'no') throw new StatusError('BadRequest', 'not today');
        accepted.resolve(stream);
      });
      await bob.flush();
      await expect(alice.openStream('s', bytes('no'))).rejects.toMatchObject({ reason: 'BadRequest', message: 'not today' });
      const stream = await alice.openStream('s', bytes('yes'));
      (await accepted.promise).destroy('gone');
      await expect(readAll(stream)).rejects.toThrow('gone');
      await stream.closed;
    });

    test('a peer that vanishes fails the stream', async () => {
      bob.acceptStreams('s', () => {});
      await bob.flush();
      const stream = await alice.openStream('s', bytes(''));
      await bob.close();
      await expect(readAll(stream)).rejects.toThrow();
    });

    test('a closed bus refuses, and says that it is closed', async () => {
      await alice.close();
      expect(alice.status).toBe('closed');
      await expect(alice.request('x', bytes(''))).rejects.toMatchObject({ reason: 'ServiceUnavailable' });
    });
  });
}

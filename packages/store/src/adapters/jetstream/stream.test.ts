import { SteppedClock } from '@kubernats/clock';
import { expect, test } from 'vitest';
import { JS_ERROR } from './api.ts';
import { ensureStream } from './stream.ts';

const NOT_FOUND = { error: { code: 404, err_code: JS_ERROR.streamNotFound, description: 'stream not found' } };
const NO_PEERS = { error: { code: 400, err_code: JS_ERROR.noSuitablePeers, description: 'no suitable peers for placement' } };
const ALONE = {
  error: { code: 500, err_code: JS_ERROR.replicasNotSupported, description: 'replicas > 1 not supported in non-clustered mode' },
};

/** A JetStream without the stream, which answers so when it is to make it: the last answer again and again. */
function making(...answers: object[]) {
  const clock = new SteppedClock();
  let asked = 0;
  const connection = {
    isClosed: () => false,
    async request(subject: string) {
      const answer = subject.includes('CREATE') ? answers[Math.min(asked++, answers.length - 1)] : NOT_FOUND;
      return { data: new TextEncoder().encode(JSON.stringify(answer)) };
    },
  };
  const options = { stream: 'kn-x-state', subjects: ['kn.x.state.>'], version: '1', replicas: 3, storage: 'file' as const };
  const ended = ensureStream({ connection, clock }, options).then(
    () => 'made',
    (error: Error) => error.message,
  );
  return { clock, ended, asked: () => asked };
}

const TOO_FEW = 'Replicas need a NATS cluster of as many servers with JetStream, and all of them in --nats-url.';

test('R2: servers that start together are given time to know each other', async () => {
  const { clock, ended, asked } = making(NO_PEERS, NO_PEERS, {});
  await clock.advance(200);
  expect(await ended).toBe('made');
  expect(asked()).toBe(3);
});

test('servers that are too few for half a minute are told of', async () => {
  const { clock, ended } = making(NO_PEERS);
  await clock.advance(31_000);
  expect(await ended).toBe(`the stream kn-x-state cannot be kept on 3 servers: no suitable peers for placement. ${TOO_FEW}`);
});

test('a server without a cluster is told of at once', async () => {
  const { ended, asked } = making(ALONE);
  expect(await ended).toBe(
    `the stream kn-x-state cannot be kept on 3 servers: replicas > 1 not supported in non-clustered mode. ${TOO_FEW}`,
  );
  expect(asked()).toBe(1);
});

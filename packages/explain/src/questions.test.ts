import { type Bus, MemoryBusServer, permissionsOf, schedulerSubject } from '@kubernats/bus';
import { SteppedClock } from '@kubernats/clock';
import { badRequest } from '@kubernats/errors';
import { beforeEach, expect, test } from 'vitest';
import { type Answers, answerQuestions, askScheduler, type WhatIf } from './index.ts';

const NOTHING: WhatIf = { apiVersion: 'kubernats.dev/v1', kind: 'WhatIf', workloads: [], nodes: [], notes: [] };
const answers: Answers = {
  explain: () => Promise.reject(badRequest('not now')),
  whatIf: ({ nodes }) => ({ ...NOTHING, notes: nodes.map(String) }),
};

let clock: SteppedClock;
let scheduler: Bus;
let apiServer: Bus;
beforeEach(() => {
  clock = new SteppedClock();
  const server = new MemoryBusServer({ clock });
  const connect = (identity: string): Bus => server.connect({ identity, permissions: permissionsOf('c', identity) });
  [scheduler, apiServer] = [connect('system:kube-scheduler'), connect('system:apiserver')];
});
const ask = (name: string) => askScheduler(apiServer, 'c', name, 'whatIf', { nodes: [], workloads: [] });

test('the scheduler of the name answers, and what it throws is thrown here', async () => {
  answerQuestions(scheduler, 'c', 'mine.example.com', answers);
  const [answer] = await Promise.all([ask('mine.example.com'), clock.advance(1)]);
  expect(answer).toEqual(NOTHING);
  const question = { pod: {}, limit: 1 };
  await expect(askScheduler(apiServer, 'c', 'mine.example.com', 'explain', question)).rejects.toMatchObject({
    code: 400,
    message: 'not now',
  });
});

test('what fails is told in its own words', async () => {
  const whatIf = () => Promise.reject(new TypeError('a plug-in has failed'));
  answerQuestions(scheduler, 'c', 'mine', { ...answers, whatIf });
  await expect(Promise.all([ask('mine'), clock.advance(1)])).rejects.toMatchObject({ code: 500, message: 'a plug-in has failed' });
});

test('R2: where nobody listens that is told at once; one that dies while it is asked is given up', async () => {
  await expect(ask('default-scheduler')).rejects.toMatchObject({
    code: 503,
    message: expect.stringContaining('no scheduler of the name "default-scheduler"'),
  });
  scheduler.subscribe(schedulerSubject('c', 'default-scheduler'), () => {});
  const asked = ask('default-scheduler').catch((error: unknown) => error);
  await clock.advance(10_000);
  expect(await asked).toMatchObject({ code: 504, message: 'the scheduler "default-scheduler" did not answer within 10 s' });
});

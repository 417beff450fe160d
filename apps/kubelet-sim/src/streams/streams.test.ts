import { SteppedClock } from '@kubernats/clock';
import { ContainerStartError } from '@kubernats/containers';
import { expect, test } from 'vitest';
import { execFailure, exitStatus } from './exit-status.ts';
import { whenIdle } from './idle.ts';
import { TerminalSizes } from './terminal-sizes.ts';

test('a session is idle when nothing was touched for the whole time', async () => {
  const clock = new SteppedClock();
  let expired = 0;
  const idle = whenIdle(clock, 1000, () => (expired += 1));
  await clock.advance(900);
  idle.touch();
  await clock.advance(900);
  expect(expired).toBe(0);
  await clock.advance(100);
  expect(expired).toBe(1);
  await clock.advance(5000);
  expect(expired).toBe(1);
  whenIdle(clock, 1000, () => (expired += 1)).stop();
  await clock.advance(5000);
  expect(expired).toBe(1);
});

test('who asks for the size of a terminal gets the latest, and then the next', async () => {
  const sizes = new TerminalSizes();
  const say = (text: string) => sizes.push(new TextEncoder().encode(text));
  for (const text of [
    '{"Width":80,"Height":24}',
    'no JSON',
    '[]',
    '{"Width":-1,"Height":1}',
    '{"Width":70000,"Height":1}',
    '{"Width":1}',
  ]) {
    say(text);
  }
  say('{"Width":100,"Height":30}');
  const reader = sizes[Symbol.asyncIterator]();
  expect(await reader.next()).toEqual({ value: { columns: 100, rows: 30 }, done: false });
  const next = reader.next();
  say('{"Width":10,"Height":5}');
  expect(await next).toEqual({ value: { columns: 10, rows: 5 }, done: false });
  sizes.end();
  expect((await reader.next()).done).toBe(true);
});

test('how a program ended, in the words of a kubelet', () => {
  expect(exitStatus(0)).toEqual({ metadata: {}, status: 'Success' });
  expect(exitStatus(137)).toMatchObject({
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: 'command terminated with non-zero exit code: command terminated with exit code 137',
    details: { causes: [{ reason: 'ExitCode', message: '137' }] },
  });
  const runtime = 'failed to create containerd task: error during container init: exec: "no": executable file not found in $PATH: unknown';
  const missing = execFailure(new ContainerStartError('RunContainerError', runtime), 'ID');
  expect(missing).toMatchObject({
    status: 'Failure',
    code: 500,
    message:
      'Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "ID": ' +
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "no": executable file not found in $PATH: unknown',
  });
});

import { ContainerStartError } from '@kubernats/containers';
import { expect, test } from 'vitest';
import { probeExec } from './exec.ts';
import { HandlerFixture } from './handlers.fixture.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('exit code 0 is healthy, any other is not; what it printed is the message', async () => {
  await using fixture = new HandlerFixture();
  const target = fixture.target({}, async ([, path], { stdout, stderr }) => {
    if (path === '/tmp/healthy') {
      await stdout(bytes('fine\n'));
      return 0;
    }
    await stdout(bytes('looking\n'));
    await stderr(bytes(`cat: can't open '${path}': No such file or directory\n`));
    return 1;
  });
  expect(await probeExec(['cat', '/tmp/healthy'], target, fixture.limits)).toEqual({ result: 'success', output: 'fine\n' });
  expect(await probeExec(['cat', '/nowhere'], target, fixture.limits)).toEqual({
    result: 'failure',
    output: "looking\ncat: can't open '/nowhere': No such file or directory\n",
  });
});

test('of what it prints no more than 10 KiB is kept', async () => {
  await using fixture = new HandlerFixture();
  const target = fixture.target({}, async (_, { stdout }) => {
    for (let i = 0; i < 1000; i++) await stdout(bytes('x'.repeat(1000)));
    return 0;
  });
  expect(await probeExec(['x'], target, fixture.limits)).toEqual({ result: 'success', output: 'x'.repeat(10 * 1024) });
});

test('one that never ends is killed when its time is over', async () => {
  await using fixture = new HandlerFixture();
  let killed = false;
  const target = fixture.target({}, (_, { signal }) => {
    return new Promise((resolve) =>
      signal.addEventListener('abort', () => {
        killed = true;
        resolve(137);
      }),
    );
  });
  const probing = probeExec(['sleep', '100'], target, fixture.limits);
  await fixture.clock.advance(1000);
  expect(await probing).toEqual({ result: 'failure', output: 'command timed out: "sleep 100" timed out after 1s' });
  expect(killed).toBe(true);
});

test('a program that does not exist: the probe cannot tell', async () => {
  await using fixture = new HandlerFixture();
  const why =
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "x": executable file not found in $PATH: unknown';
  const target = fixture.target({}, () => Promise.reject(new ContainerStartError('RunContainerError', why)));
  expect(await probeExec(['x'], target, fixture.limits)).toEqual({
    result: 'unknown',
    error: `rpc error: code = Unknown desc = failed to exec in container: ${why}`,
  });
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { yieldToOthers } from '../adapters/yield.ts';
import { Caller, Pod } from '../images/shell/shell.fixture.ts';
import { ContainerStartError, SlowReader } from '../port.ts';

let pod: Pod;
beforeEach(async () => {
  pod = await Pod.create();
});
afterEach(() => pod[Symbol.asyncDispose]());

test('joins the streams from then on, until the container ends', async () => {
  const { container, log } = await pod.start({
    stdin: true,
    command: ['sh', '-c', 'echo before; read x; echo got $x; echo e >&2; exit 2'],
  });
  await log.has('before');
  const caller = new Caller();
  const attached = container.attach(caller.streams);
  caller.type('hi\n');
  await attached;
  expect(caller.out.text).toBe('got hi\n');
  expect(caller.err.text).toBe('e\n');
  expect(log.text).toBe('before\ngot hi\n');
  expect(await container.exited).toMatchObject({ exitCode: 2 });
  await expect(container.attach(new Caller().streams)).rejects.toThrow(ContainerStartError);
});

test('200 at once hear the same', async () => {
  const { container } = await pod.start({ stdin: true, command: ['cat'] });
  const callers = Array.from({ length: 200 }, () => new Caller());
  const attached = callers.map((caller) => container.attach(caller.streams));
  callers[7]?.type('hello\n');
  await Promise.all(callers.map((caller) => caller.out.has('hello\n')));
  for (const caller of callers) caller.leave();
  await Promise.all(attached);
});

test('a caller who does not read is let go, and slows nobody', async () => {
  const { container, log } = await pod.start({ stdin: true, command: ['sh', '-c', 'read x; seq 1 400000; echo end'] });
  const slow = new Caller();
  const never = container.attach({ ...slow.streams, stdout: () => new Promise<void>(() => {}) });
  const caller = new Caller();
  const attached = container.attach(caller.streams);
  const refused = expect(never).rejects.toThrow(SlowReader);
  caller.type('go\n');
  await log.has('end');
  await refused;
  await attached;
  expect(caller.out.text.endsWith('400000\nend\n')).toBe(true);
});

test('stdin stays open for the next caller; with stdinOnce it ends with the first', async () => {
  const open = await pod.start({ stdin: true, command: ['cat'] });
  for (const word of ['one', 'two']) {
    const caller = new Caller();
    const attached = open.container.attach(caller.streams);
    caller.type(`${word}\n`);
    caller.stdin.end();
    await caller.out.has(`${word}\n`);
    caller.leave();
    await attached;
  }
  expect(open.log.text).toBe('one\ntwo\n');
  const once = await pod.start({ name: 'once', stdin: true, stdinOnce: true, command: ['sh', '-c', 'cat; echo end'] });
  const caller = new Caller();
  void once.container.attach(caller.streams);
  caller.type('x');
  caller.stdin.end();
  expect(await once.container.exited).toMatchObject({ exitCode: 0 });
  expect(once.log.text).toBe('xend\n');
});

test('a shell with a terminal waits for whoever attaches, and its log has what the screen shows', async () => {
  const { container, log } = await pod.start({ stdin: true, tty: true });
  await log.has('/ # ');
  const person = new Caller({ terminal: true });
  person.sizes.put({ columns: 80, rows: 24 });
  const attached = container.attach(person.streams);
  person.type('echo hi\r');
  await person.out.has('echo hi\r\nhi\r\n/ # ');
  person.leave();
  await attached;
  expect(log.text).toBe('/ # echo hi\r\nhi\r\n/ # ');
  // SIGTERM does nothing to a shell that talks with a person.
  container.signal('SIGTERM');
  const again = new Caller({ terminal: true });
  const second = container.attach(again.streams);
  again.type('exit 5\r');
  await second;
  expect(await container.exited).toMatchObject({ exitCode: 5 });
});

test('the keys that mean signals do nothing to process 1 that takes none', async () => {
  const { container } = await pod.start({ stdin: true, tty: true, command: ['sleep', '1d'] });
  const person = new Caller({ terminal: true });
  void container.attach(person.streams);
  person.type('\x03');
  await person.out.has('^C');
  for (let turn = 0; turn < 5; turn++) await yieldToOthers();
  container.signal('SIGKILL');
  expect(await container.exited).toMatchObject({ exitCode: 137 });
});

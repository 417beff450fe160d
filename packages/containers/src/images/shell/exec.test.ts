import { createHash, randomBytes } from 'node:crypto';
import { realClock, SteppedClock } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { yieldToOthers } from '../../adapters/yield.ts';
import { ContainerStartError } from '../../port.ts';
import { Caller, exec, Pod } from './shell.fixture.ts';

let pod: Pod;
beforeEach(async () => {
  pod = await Pod.create();
});
afterEach(() => pod[Symbol.asyncDispose]());

describe('exec', () => {
  test('runs a program with the environment, the folder and the files of its container, and gives its exit code', async () => {
    const container = await pod.idle({ env: { GREETING: 'hello' }, workingDir: '/srv' });
    expect(await exec(container, ['sh', '-c', 'echo $GREETING $PWD; echo mine > f; echo e >&2; exit 3'])).toEqual({
      out: 'hello /srv\n',
      err: 'e\n',
      status: 3,
    });
    expect((await exec(container, ['cat', '/srv/f'])).out).toBe('mine\n');
    expect((await exec(container, ['ps'])).out).toMatch(
      /^PID {3}USER {5}TIME {2}COMMAND\n {4}1 root {6}0:00 sleep 1d\n +\d+ root {6}0:00 ps\n$/,
    );
  });

  test('runs in any image that has a shell, and says what its runtime says where there is none', async () => {
    const web = await pod.start({ image: 'nginx' });
    expect((await exec(web.container, ['ls', '/etc/hostname'])).out).toBe('/etc/hostname\n');
    expect((await exec(web.container, ['sh', '-c', 'echo to the log > /proc/1/fd/1'])).status).toBe(0);
    expect(web.log.text).toContain('to the log\n');
    const start = (container: typeof web.container, command: string[]) => container.exec(command, new Caller().streams);
    const refused =
      /^failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "foo": executable file not found in \$PATH: unknown$/;
    await expect(start(web.container, ['foo'])).rejects.toThrow(refused);
    await expect(start(web.container, ['/no/such'])).rejects.toThrow('exec: "/no/such": stat /no/such: no such file or directory: unknown');
    await expect(start(web.container, ['/etc/hostname'])).rejects.toThrow('exec: "/etc/hostname": permission denied: unknown');
    const { container: pause } = await pod.start({ image: 'pause', name: 'p' });
    await expect(start(pause, ['sh'])).rejects.toThrow('exec: "sh": executable file not found in $PATH: unknown');
    pause.signal('SIGKILL');
    await pause.exited;
    await expect(start(pause, ['sh'])).rejects.toThrow(ContainerStartError);
  });

  test('mv and cp put a file in the place of another', async () => {
    const container = await pod.idle();
    const script =
      'cd /tmp; echo 1 > a; echo 2 > b; ln -s b l; mv a b && cat b; echo 3 > c; cp c b && cat l; cp /proc/uptime b && cp /tmp/b /tmp/b; ls';
    expect(await exec(container, ['sh', '-c', script])).toEqual({
      out: '1\n3\nb\nc\nl\n',
      err: "cp: '/tmp/b' and '/tmp/b' are the same file\n",
      status: 0,
    });
  });

  test('its standard input comes as it is typed: cat echoes, read takes a line and leaves the rest, sh runs what it is sent', async () => {
    const container = await pod.idle();
    const cat = new Caller();
    const ended = container.exec(['cat'], cat.streams);
    for (const line of ['one\n', 'two\n']) {
      cat.type(line);
      await cat.out.has(line);
    }
    cat.stdin.end();
    expect(await ended).toBe(0);
    expect((await exec(container, ['sh', '-c', 'read x; echo first $x; cat'], 'a\nb\nc\n')).out).toBe('first a\nb\nc\n');
    const script = 'x=1\nfor i in 1 2; do\n  echo $i$x\ndone\nread y\ntyped\necho got $y; exit 4\necho never\n';
    expect(await exec(container, ['sh'], script)).toEqual({ out: '11\n21\ngot typed\n', err: '', status: 4 });
    const sh = new Caller();
    void container.exec(['sh'], sh.streams);
    sh.type('echo ready\n');
    await sh.out.has('ready\n');
    sh.type('echo again\n');
    await sh.out.has('again\n');
  });

  test('20 MB go through cat as they are', async () => {
    const container = await pod.idle();
    const bytes = randomBytes(20 * 1024 * 1024);
    const caller = new Caller();
    for (let at = 0; at < bytes.length; at += 65536) caller.type(bytes.subarray(at, at + 65536));
    caller.stdin.end();
    expect(await container.exec(['sh', '-c', 'cat | cat > /tmp/copy; cat /tmp/copy'], caller.streams)).toBe(0);
    const sum = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
    expect(sum(caller.out.bytes)).toBe(sum(bytes));
    expect((await exec(container, ['sha256sum', '/tmp/copy'])).out).toBe(`${sum(bytes)}  /tmp/copy\n`);
  });

  test.each([['yes'], ['head -c 100M /dev/zero'], ['cat /dev/zero'], ['while :; do echo x; done']])(
    'a caller who does not read stops %s at a bounded buffer, and its going away ends it',
    async (script) => {
      const container = await pod.idle();
      let bytes = 0;
      const gone = new AbortController();
      const ended = container.exec(['sh', '-c', script], {
        stdout: (chunk) => {
          bytes += chunk.length;
          return new Promise<void>(() => {});
        },
        stderr: () => {},
        signal: gone.signal,
      });
      for (let turn = 0; turn < 50; turn++) await yieldToOthers();
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThan(256 * 1024);
      gone.abort();
      expect(await ended).toBe(137);
      expect((await exec(container, ['ps'])).out).not.toMatch(/yes|head|\/dev\/zero|while/);
    },
  );

  test('ends with the container, with 137', async () => {
    const container = await pod.idle();
    const callers = Array.from({ length: 5 }, () => container.exec(['sleep', '1d'], new Caller().streams));
    for (let turn = 0; turn < 5; turn++) await yieldToOthers();
    container.signal('SIGKILL');
    expect(await Promise.all(callers)).toEqual([137, 137, 137, 137, 137]);
  });

  test('what it leaves in the background runs on, and everybody in the container sees it', async () => {
    const clock = new SteppedClock();
    await using stepped = await Pod.create({ clock });
    const container = await stepped.idle();
    expect(await exec(container, ['sh', '-c', '(sleep 10; echo late > /tmp/late) >/dev/null 2>&1 &'])).toMatchObject({ status: 0 });
    expect((await exec(container, ['pgrep', 'sleep'])).out.split('\n')).toHaveLength(3);
    await clock.advance(10_000);
    expect((await exec(container, ['cat', '/tmp/late'])).out).toBe('late\n');
  });

  test('a signal ends it: 128 and the number; process 1 cannot be killed from inside', async () => {
    const container = await pod.idle();
    expect((await exec(container, ['sh', '-c', 'kill -9 $$'])).status).toBe(137);
    expect((await exec(container, ['sh', '-c', 'kill -9 1; kill 1; kill -0 1 && echo alive'])).out).toBe('alive\n');
    const trapped = await pod.start({ name: 't', command: ['sh', '-c', 'trap "echo bye; exit 7" TERM; sleep 1d & echo up; wait'] });
    await trapped.log.has('up');
    expect((await exec(trapped.container, ['kill', '1'])).status).toBe(0);
    expect(await trapped.container.exited).toMatchObject({ exitCode: 7 });
    expect(trapped.log.text).toBe('up\nbye\n');
  });
});

describe('process 1', () => {
  test('does nothing at SIGTERM unless it traps it: only SIGKILL ends a sleep', async () => {
    for (const command of [
      ['sleep', '1d'],
      ['sh', '-c', 'sleep 1d'],
      ['sh', '-c', 'sleep 1d; echo x'],
      ['tail', '-f', '/dev/null'],
      ['cat', '/dev/zero'],
    ]) {
      const { container } = await pod.start({ command });
      container.signal('SIGTERM');
      for (let turn = 0; turn < 10; turn++) await yieldToOthers();
      container.signal('SIGTERM');
      container.signal('SIGKILL');
      expect(await container.exited).toMatchObject({ exitCode: 137, signal: 9 });
    }
  });

  test('a trap waits for the program in the foreground, and not for one in the background', async () => {
    const clock = new SteppedClock();
    await using stepped = await Pod.create({ clock });
    const script = 'trap "echo term; exit 0" TERM; echo up; while true; do sleep 5; done';
    const { container, log } = await stepped.start({ command: ['sh', '-c', script] });
    await log.has('up');
    await clock.advance(1000);
    container.signal('SIGTERM');
    await clock.advance(3000);
    expect(log.text).toBe('up\n');
    await clock.advance(1000);
    expect(await container.exited).toMatchObject({ exitCode: 0, finishedAtMs: clock.now() });
    expect(log.text).toBe('up\nterm\n');
  });

  test('exec puts a program in the shell’s place, and a script’s last command takes it by itself', async () => {
    for (const script of ['exec sleep 1d', 'sleep 1d', 'echo begun; sleep 1d']) {
      const { container } = await pod.start({ command: ['sh', '-c', script] });
      for (let turn = 0; turn < 5; turn++) await yieldToOthers();
      expect((await exec(container, ['ps'])).out).toContain('    1 root      0:00 sleep 1d\n');
      container.signal('SIGKILL');
    }
  });
});

describe('what programs see of their container', () => {
  test('a volume is left as it is, even where an image has files of its own', async () => {
    const files = createMemoryFiles(realClock);
    await files.write('/mine', new Uint8Array());
    const container = await pod.idle({
      mounts: [
        { path: '/etc', files, readOnly: false },
        { path: '/var', files, readOnly: true },
      ],
    });
    expect((await exec(container, ['ls', '/etc', '/var'])).out).toBe('/etc:\nmine\n\n/var:\nmine\n');
  });

  test('memory, CPU and control groups are those of its resources', async () => {
    const resources = { requests: { cpuMillicores: 250 }, limits: { memoryBytes: 64 * 1024 * 1024, cpuMillicores: 1500 } };
    const container = await pod.idle({ resources });
    const files = ['memory.max', 'cpu.max', 'cpu.weight'].map((name) => `/sys/fs/cgroup/${name}`);
    expect((await exec(container, ['cat', ...files])).out).toBe('67108864\n150000 100000\n10\n');
    expect((await exec(container, ['nproc'])).out).toBe('2\n');
    expect((await exec(container, ['head', '-1', '/proc/meminfo'])).out).toBe('MemTotal:          65536 kB\n');
    expect(
      (await exec(container, ['sh', '-c', "tr '\\0' ' ' < /proc/1/cmdline; cat /proc/self/comm; echo x > /sys/fs/cgroup/memory.max"])).err,
    ).toBe("sh: can't create /sys/fs/cgroup/memory.max: Read-only file system\n");
  });

  test('the names of the cluster and its own address', async () => {
    const container = await pod.idle();
    expect((await exec(container, ['hostname', '-i'])).out).toBe('10.244.0.5\n');
    expect((await exec(container, ['getent', 'hosts', 'web'])).out).toBe('10.244.0.5      web web.default.svc\n');
    expect(await exec(container, ['getent', 'hosts', 'nowhere'])).toMatchObject({ status: 2, out: '' });
    expect((await exec(container, ['ping', '-c', '1', 'web'])).err).toContain('ICMP is not simulated');
  });
});

import { realClock, realIds, SteppedClock } from '@kubernats/clock';
import { createMemoryFiles } from '@kubernats/files';
import { type Network, NetworkError, VirtualNetwork } from '@kubernats/net';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchHttp } from '../adapters/http.ts';
import { yieldToOthers } from '../adapters/yield.ts';
import { defineImage } from '../image.ts';
import { podNetwork } from '../network/pod-network.ts';
import type { ContainerConfig, Sandbox, SandboxConfig } from '../port.ts';
import { createSimRuntime } from './sim-runtime.ts';

const network = new VirtualNetwork();
const sandboxes: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of sandboxes.splice(0)) await sandbox.stop();
  // The other ends are this test's own; they close a turn later.
  await yieldToOthers();
  expect(network.listening).toEqual([]);
  expect(network.openEnds).toBe(0);
});

const sandboxConfig = (ip = '10.244.0.5'): SandboxConfig => ({
  pod: { name: 'web', namespace: 'default', uid: 'u1', labels: {}, annotations: {} },
  node: { name: 'node1', ip: '10.0.0.1' },
  ip,
  hostname: 'web',
});

async function sandboxOf(options: Partial<Parameters<typeof createSimRuntime>[0]> = {}, ip?: string): Promise<Sandbox> {
  const sandbox = await createSimRuntime({ clock: realClock, ids: realIds, network, ...options }).createSandbox(sandboxConfig(ip));
  sandboxes.push(sandbox);
  return sandbox;
}

function container(part: Partial<ContainerConfig>) {
  const out: string[] = [];
  const events: string[] = [];
  const waiting: { text: string; resolve: () => void }[] = [];
  const config: ContainerConfig = {
    name: 'main',
    image: 'busybox',
    env: {},
    mounts: [],
    ports: [],
    log(stream, chunk) {
      out.push(`${stream === 'stderr' ? 'E:' : ''}${new TextDecoder().decode(chunk)}`);
      for (const waiter of waiting) if (out.join('').includes(waiter.text)) waiter.resolve();
    },
    event: (_type, reason, message) => events.push(`${reason}: ${message}`),
    ...part,
  };
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => (out.join('').includes(text) ? resolve() : waiting.push({ text, resolve })));
  return { config, out: () => out.join(''), events, said };
}

const sh = (script: string, part: Partial<ContainerConfig> = {}) => container({ command: ['sh', '-c', script], ...part });

describe('echo', () => {
  it('an unknown image answers HTTP on its declared ports, and says that it is simulated', async () => {
    const sandbox = await sandboxOf();
    const web = container({ image: 'example.com/team/shop:2', ports: [{ containerPort: 8000, protocol: 'TCP' }] });
    await sandbox.start(web.config);
    await web.said('listening');
    expect(web.events).toEqual(['Simulated: Image "example.com/team/shop:2" is not built in: simulated by an HTTP echo server on 8000']);
    const client = podNetwork(network, '10.244.0.9', { hostname: 'client' });
    const text = await fetchHttp(client, { url: 'http://10.244.0.5:8000/path?x=1' });
    expect(text.status).toBe(200);
    expect(Buffer.from(text.body).toString()).toContain('pod: web\nnamespace: default\nnode: node1\nip: 10.244.0.5\n');
    const json = await fetchHttp(client, { url: 'http://10.244.0.5:8000/', headers: { accept: 'application/json' } });
    expect(JSON.parse(Buffer.from(json.body).toString())).toMatchObject({ pod: 'web', port: 8000, client: '10.244.0.9', method: 'GET' });
  });

  it('a port that is taken in the Pod ends the container with its reason in the log', async () => {
    const sandbox = await sandboxOf();
    const ports = [{ containerPort: 80, protocol: 'TCP' }];
    const first = container({ name: 'a', image: 'kubernats/echo', ports });
    const second = container({ name: 'b', image: 'kubernats/echo', ports });
    await sandbox.start(first.config);
    await first.said('listening');
    const { exited } = await sandbox.start(second.config);
    expect(await exited).toMatchObject({ exitCode: 1, reason: 'Error' });
    expect(second.out()).toContain('EADDRINUSE');
  });
});

describe('a port that this machine does not give', () => {
  it('is told of with what helps, and the container goes on with its other ports', async () => {
    const listen: Network['listen'] = async (address, onConnection) => {
      if (address.port < 1024) throw new NetworkError('EACCES', 'listen EACCES');
      return network.listen(address, onConnection);
    };
    const refusing: Network = {
      listen,
      dial: (...args) => network.dial(...args),
      bindUdp: (...args) => network.bindUdp(...args),
    };
    const sandbox = await sandboxOf({ network: refusing });
    const ports = [80, 8080].map((containerPort) => ({ containerPort, protocol: 'TCP' }));
    const web = container({ image: 'kubernats/echo', ports });
    await sandbox.start(web.config);
    await web.said('listening on 10.244.0.5:8080');
    const help = 'ports below 1024 need a right that this process lacks; "sysctl -w net.ipv4.ip_unprivileged_port_start=0" gives it';
    expect(web.events).toEqual([`PortNotOpened: Cannot open TCP 10.244.0.5:80: ${help}`]);
    expect(web.out()).toContain(`E:Cannot open TCP 10.244.0.5:80: ${help}`);
  });
});

describe('P3: the network of a Pod', () => {
  it('P3: containers of one Pod reach each other on localhost; what listens on localhost only is not on the Pod IP', async () => {
    const sandbox = await sandboxOf();
    const image = defineImage({
      names: ['local'],
      async run(context) {
        await context.network.listen({ host: 'localhost', port: 7000 }, (connection) => connection.end('hello'));
        context.stdout('up\n');
        await new Promise(() => {});
      },
    });
    const withImage = await sandboxOf({ images: [image] }, '10.244.0.6');
    const server = container({ image: 'local' });
    await withImage.start(server.config);
    await server.said('up');
    const near = sh('nc localhost 7000');
    expect(await (await withImage.start(near.config)).exited).toMatchObject({ exitCode: 0 });
    expect(near.out()).toBe('hello');
    const far = sh('nc -v -z 10.244.0.6 7000; nc -z localhost 7000');
    expect(await (await sandbox.start(far.config)).exited).toMatchObject({ exitCode: 1 });
    expect(far.out()).toContain('Connection refused');
  });

  it('P3: Pods on the network of their node share its localhost, and its ports', async () => {
    const runtime = createSimRuntime({ clock: realClock, ids: realIds, network });
    const onHost = async (): Promise<Sandbox> => {
      const sandbox = await runtime.createSandbox(sandboxConfig('10.0.0.1'));
      sandboxes.push(sandbox);
      return sandbox;
    };
    const [one, two] = [await onHost(), await onHost()];
    const ports = [{ containerPort: 80, protocol: 'TCP' }];
    const web = container({ image: 'kubernats/echo', ports });
    const server = await one.start(web.config);
    await web.said('listening');
    const caller = sh('wget -qO- http://localhost/a | head -1');
    expect(await (await two.start(caller.config)).exited).toMatchObject({ exitCode: 0 });
    expect(caller.out()).toBe('pod: web\n');
    const second = container({ image: 'kubernats/echo', ports });
    expect(await (await two.start(second.config)).exited).toMatchObject({ exitCode: 1 });
    server.signal('SIGKILL');
    await server.exited;
    const third = container({ image: 'kubernats/echo', ports });
    await two.start(third.config);
    await third.said('listening');
  });

  it('wget and curl reach a server by address and by name, and name what is wrong', async () => {
    const sandbox = await sandboxOf();
    const web = container({ image: 'kubernats/echo', ports: [{ containerPort: 80, protocol: 'TCP' }] });
    await sandbox.start(web.config);
    await web.said('listening');
    const client = await sandboxOf({}, '10.244.0.7');
    const good = sh(
      'echo 10.244.0.5 web-service >> /etc/hosts; wget -qO- http://10.244.0.5/a | head -1; curl -s http://web-service/b | grep path; curl -s localhost:80 || echo no',
    );
    await (await client.start(good.config)).exited;
    expect(good.out()).toBe('pod: web\npath: /b\nno\n');
    const bad = sh('wget -q -O- http://10.244.0.5:81/; wget -O- http://nowhere/');
    expect(await (await client.start(bad.config)).exited).toMatchObject({ exitCode: 1 });
    expect(bad.out()).toContain("can't connect to remote host (10.244.0.5): Connection refused");
    expect(bad.out()).toContain("bad address 'nowhere'");
  });
});

describe('shell', () => {
  it('runs a script with live output, its arguments, its environment and its exit code', async () => {
    const sandbox = await sandboxOf();
    const script = sh('echo "$1 $GREETING"; echo err >&2; false; echo $?; exit 3', { args: ['zero', 'one'], env: { GREETING: 'hello' } });
    expect(await (await sandbox.start(script.config)).exited).toMatchObject({ exitCode: 3, reason: 'Error' });
    expect(script.out()).toBe('one hello\nE:err\n1\n');
  });

  it('pipes, substitutions, functions and redirections see their output, everything else is live', async () => {
    const sandbox = await sandboxOf();
    const script = sh(
      [
        'f() { echo in-f; }; f | tr i I; x=$(f); echo "x=$x"; f > /tmp/f; cat /tmp/f | head -1',
        'for i in 1 2; do echo $i; done | cat -n; { echo a; echo b; } > /tmp/g; wc -l < /tmp/g',
        'sh -c "echo inner | tr i I"; y=$(sh -c "echo deep"); echo $y; (echo sub; exit 4) || echo "status $?"',
        'while read line; do echo "<$line>"; done < <(printf "p\\nq\\n"); ls /nope 2>&1 | sed s/^/caught:/; ls /nope 2>/dev/null',
        'echo $(</etc/hostname); z=`echo tick`; echo $z; eval "echo e | tr e E"; exec > /tmp/h; echo hidden; cat /tmp/h >&2',
      ].join('\n'),
    );
    await (await sandbox.start(script.config)).exited;
    expect(script.out().split('\n')).toEqual([
      'In-f',
      'x=in-f',
      'in-f',
      '     1\t1',
      '     2\t2',
      '2',
      'Inner',
      'deep',
      'sub',
      'status 4',
      '<p>',
      '<q>',
      'caught:ls: /nope: No such file or directory',
      'web',
      'tick',
      'E',
      'E:hidden',
      '',
    ]);
  });

  it('sleeps by the clock of the cluster', async () => {
    const clock = new SteppedClock();
    const sandbox = await sandboxOf({ clock });
    const script = sh('echo before; sleep 1h; echo after');
    const running = await sandbox.start(script.config);
    await script.said('before');
    await clock.advance(3_599_000);
    expect(script.out()).toBe('before\n');
    const done = running.exited;
    await clock.advance(1000);
    expect(await done).toMatchObject({ exitCode: 0 });
    expect(script.out()).toBe('before\nafter\n');
  });

  it('SIGKILL ends an endless loop that never waits, SIGTERM does nothing to process 1, and the node goes on meanwhile', async () => {
    const sandbox = await sandboxOf();
    const script = sh('echo up; while true; do :; done');
    const running = await sandbox.start(script.config);
    await script.said('up');
    running.signal('SIGTERM');
    for (let turn = 0; turn < 20; turn++) await yieldToOthers();
    running.signal('SIGKILL');
    expect(await running.exited).toMatchObject({ exitCode: 137, signal: 9 });
  });

  it('a trap runs in the shell itself: it sees functions and variables, and may exit', async () => {
    const sandbox = await sandboxOf();
    const script = sh('bye() { echo "bye $x"; exit 5; }; trap bye TERM; x=1; sleep 3600 & echo up; wait');
    const running = await sandbox.start(script.config);
    await script.said('up');
    running.signal('SIGTERM');
    expect(await running.exited).toMatchObject({ exitCode: 5 });
    expect(script.out()).toBe('up\nbye 1\n');
  });

  it('an ignored signal is ignored, and a trap on EXIT runs at the end', async () => {
    const sandbox = await sandboxOf();
    const script = sh("trap '' TERM; trap 'echo end' EXIT; echo up; sleep 0.2; echo still");
    const running = await sandbox.start(script.config);
    await script.said('up');
    running.signal('SIGTERM');
    expect(await running.exited).toMatchObject({ exitCode: 0 });
    expect(script.out()).toBe('up\nstill\nend\n');
  });

  it('V1: containers share a mounted folder, and keep their own root', async () => {
    const sandbox = await sandboxOf();
    const files = createMemoryFiles(realClock);
    const mounts = [
      { path: '/data', files, readOnly: false },
      { path: '/ro', files, readOnly: true },
    ];
    const writer = sh('echo shared > /data/x; echo own > /tmp/y; ls /data', { mounts });
    await (await sandbox.start(writer.config)).exited;
    expect(writer.out()).toBe('x\n');
    const reader = sh('cat /data/x; cat /tmp/y; mv /data/x /tmp/moved && cat /tmp/moved; ls /data | wc -l', { mounts });
    await (await sandbox.start(reader.config)).exited;
    expect(reader.out()).toContain('shared\n');
    expect(reader.out()).toContain("E:cat: can't open '/tmp/y': No such file or directory");
    expect(reader.out()).toMatch(/shared\n[\s\S]*shared\n\s*0\n$/);
    const vandal = sh('echo no > /ro/z', { mounts });
    expect(await (await sandbox.start(vandal.config)).exited).toMatchObject({ exitCode: 1 });
    expect(vandal.out()).toMatch(/read-only file system/i);
  });

  it('runs a script file out of a volume, by its path or by a shell', async () => {
    const sandbox = await sandboxOf();
    const files = createMemoryFiles(realClock);
    await files.write('/run.sh', new TextEncoder().encode('#!/bin/sh\necho "ran $1"\n'), { mode: 0o755 });
    const mounts = [{ path: '/scripts', files, readOnly: true }];
    for (const command of [
      ['/scripts/run.sh', 'one'],
      ['sh', '-e', '/scripts/run.sh', 'one'],
    ]) {
      const script = container({ command, mounts });
      expect(await (await sandbox.start(script.config)).exited).toMatchObject({ exitCode: 0 });
      expect(script.out()).toBe('ran one\n');
    }
  });

  it('refuses a program that does not exist, as a runtime does', async () => {
    const sandbox = await sandboxOf();
    await expect(sandbox.start(container({ command: ['nosuch'] }).config)).rejects.toThrow(
      'exec: "nosuch": executable file not found in $PATH',
    );
  });

  it('any image that is given a command of the shell runs it; a shell without a script ends at once, unless somebody may type', async () => {
    const sandbox = await sandboxOf();
    const sleeper = container({ image: 'nginx', command: ['/bin/sh', '-c'], args: ['/bin/echo hi'] });
    expect(await (await sandbox.start(sleeper.config)).exited).toMatchObject({ exitCode: 0 });
    expect(sleeper.out()).toBe('hi\n');
    expect(await (await sandbox.start(container({}).config)).exited).toMatchObject({ exitCode: 0 });
    const open = await sandbox.start(container({ stdin: true }).config);
    open.signal('SIGTERM');
    open.signal('SIGKILL');
    expect(await open.exited).toMatchObject({ exitCode: 137 });
  });

  it('tail -f /dev/null waits for ever', async () => {
    const sandbox = await sandboxOf();
    const tail = await sandbox.start(container({ command: ['tail', '-f', '/dev/null'] }).config);
    tail.signal('SIGKILL');
    expect(await tail.exited).toMatchObject({ exitCode: 137 });
  });
});

describe('images', () => {
  it('an image that throws ends with 1 and its message; what it leaked is taken from it', async () => {
    const clock = new SteppedClock();
    const leaky = defineImage({
      names: ['leaky'],
      async run(context) {
        context.clock.setTimer(1000, () => context.stdout('late'));
        await context.network.listen({ host: '0.0.0.0', port: 80 }, () => {});
        throw new Error('broken');
      },
    });
    const sandbox = await sandboxOf({ clock, images: [leaky] });
    const run = container({ image: 'leaky' });
    expect(await (await sandbox.start(run.config)).exited).toMatchObject({ exitCode: 1 });
    await clock.advance(2000);
    expect(run.out()).toBe('E:broken\n');
    expect(network.listening).toEqual([]);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { type Ended, type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const SPDY = { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' };
const TRANSPORTS: [string, Record<string, string>][] = [
  ['the protocol that kubectl likes best', {}],
  ['SPDY', SPDY],
];

const PODS = `
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec:
  terminationGracePeriodSeconds: 0
  initContainers:
    - { name: first, image: busybox, command: [sh, -c, echo prepared] }
  containers:
    - { name: web, image: nginxinc/nginx-unprivileged, ports: [{ containerPort: 8080 }] }
    - { name: side, image: busybox, command: [sh, -c, 'for i in 1 2 3 4 5; do echo line $i; done; while true; do sleep 1000; done'] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 9000, targetPort: 8080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: listener }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - { name: main, image: busybox, stdin: true, command: [sh, -c, 'while read line; do echo "heard $line"; done; echo over'] }
---
apiVersion: v1
kind: Pod
metadata: { name: crashing }
spec:
  containers:
    - { name: main, image: busybox, command: [sh, -c, 'echo run of $(date +%s); exit 1'] }
---
apiVersion: v1
kind: Pod
metadata: { name: done }
spec:
  restartPolicy: Never
  containers:
    - { name: main, image: busybox, command: [sh, -c, echo bye] }
`;

describe('bytes between kubectl and containers', () => {
  let cluster: RealCluster;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    cluster = await realCluster({ nodes: 1 });
    await cluster.kubectl('apply -f -', { input: PODS });
    await cluster.kubectl('wait --for=condition=Ready pod/web pod/listener --timeout=180s');
    await cluster.kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/done --timeout=180s');
    await cluster.kubectl('wait --for=jsonpath={.status.containerStatuses[0].lastState.terminated.reason} pod/crashing --timeout=180s');
  });
  afterAll(async () => {
    for (const child of children) child.kill();
    await cluster[Symbol.asyncDispose]();
  });

  const kubectl = (args: string[], env: Record<string, string> = {}, input?: string): Promise<Ended> =>
    cluster.kubectlEnded(args, { env, ...(input === undefined ? {} : { input }) });
  const sh = (script: string) => ['exec', 'web', '-c', 'side', '--', 'sh', '-c', script];

  /** A kubectl that goes on: what it says can be waited for. */
  function running(args: string[], env: Record<string, string> = {}) {
    const child = spawn('kubectl', args, { env: { ...process.env, HOME: cluster.home, KUBECONFIG: cluster.kubeconfig, ...env } });
    children.push(child);
    let said = '';
    const ended = once(child, 'exit');
    const says = async (what: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const found = what.exec(said);
        if (found) return found;
        await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), ended]);
        if (child.exitCode !== null && !what.test(said)) throw new Error(`kubectl ${args.join(' ')} ended: ${said}`);
      }
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    return { child, ended, says };
  }

  describe.each(TRANSPORTS)('over %s', (_, env) => {
    test('exec: output, errors and the exit code', async () => {
      const { code, stdout, stderr } = await kubectl(sh('echo out; echo err >&2; exit 3'), env);
      expect({ code, stdout, stderr }).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\ncommand terminated with exit code 3\n' });
    });

    test('exec: what is piped in comes out', async () => {
      const { code, stdout } = await kubectl(['exec', '-i', 'web', '-c', 'side', '--', 'cat'], env, 'hi\n');
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'hi\n' });
    });

    test('exec: 20 MB through stdin and back, intact', async () => {
      const input = randomBytes(10 * 1024 * 1024).toString('hex');
      const { code, stdout } = await kubectl(['exec', '-i', 'web', '-c', 'side', '--', 'cat'], env, input);
      const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
      expect([code, stdout.length, hash(stdout)]).toEqual([0, input.length, hash(input)]);
    });

    test('exec: a program that is not there, a container that does not run', async () => {
      const missing = await kubectl(['exec', 'web', '-c', 'side', '--', 'nosuch'], env);
      expect(missing.code).toBe(1);
      expect(missing.stderr).toMatch(
        /^error: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[^"]+": OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in \$PATH: unknown\n$/,
      );
      const dead = await kubectl(['exec', 'crashing', '--', 'true'], env);
      expect([dead.code, dead.stderr]).toEqual([1, expect.stringContaining('unable to upgrade connection: container not found ("main")')]);
      const done = await kubectl(['exec', 'done', '--', 'true'], env);
      expect(done.stderr).toContain('cannot exec into a container in a completed pod; current phase is Succeeded');
    });

    test('port-forward: HTTP through it, many at once, several ports', async () => {
      const { child, says } = running(['port-forward', 'pod/web', ':8080', ':8081'], env);
      const port = (await says(/127\.0\.0\.1:(\d+) -> 8080/))[1];
      await says(/127\.0\.0\.1:(\d+) -> 8081/);
      const answers = await Promise.all(
        Array.from({ length: 30 }, async () => {
          const answer = await fetch(`http://127.0.0.1:${port}/`);
          await answer.text();
          return answer.status;
        }),
      );
      expect(new Set(answers)).toEqual(new Set([200]));
      child.kill();
    });

    test('port-forward: a client that ends its direction still gets its answer', async () => {
      const { child, says } = running(['port-forward', 'svc/web', ':9000'], env);
      const port = Number((await says(/127\.0\.0\.1:(\d+) -> 8080/))[1]);
      const socket = createConnection({ host: '127.0.0.1', port, allowHalfOpen: true });
      socket.end('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      child.kill();
    });

    test('port-forward: a port that nobody listens on', async () => {
      const { says } = running(['port-forward', 'pod/web', ':81'], env);
      const port = Number((await says(/127\.0\.0\.1:(\d+) -> 81/))[1]);
      createConnection({ host: '127.0.0.1', port }).on('error', () => {});
      await says(/failed to connect to localhost:81 inside namespace .*: dial tcp4 127\.0\.0\.1:81: connect: connection refused/);
      await says(/lost connection to pod/);
    });
  });

  test('attach: typed lines reach the container, and what it says comes back', async () => {
    const { child, says, ended } = running(['attach', '-i', 'listener']);
    child.stdin?.write('one\n');
    await says(/heard one/);
    child.kill();
    await ended;
  });

  test('cp: there and back', async () => {
    const file = join(cluster.home, 'there');
    const content = randomBytes(200_000).toString('base64');
    writeFileSync(file, content);
    await cluster.kubectl(['cp', file, 'web:/tmp/there', '-c', 'side']);
    await cluster.kubectl(['cp', 'web:/tmp/there', join(cluster.home, 'back'), '-c', 'side']);
    expect(readFileSync(join(cluster.home, 'back'), 'utf8')).toBe(content);
  });

  test('run -i --rm: a Pod for one command', async () => {
    const { stdout } = await kubectl(
      ['run', 'once', '-i', '--rm', '--image=busybox', '--restart=Never', '--', 'sh', '-c', 'cat; echo end'],
      {},
      'in\n',
    );
    expect(stdout).toContain('in\nend\n');
    expect((await kubectl(['get', 'pod', 'once'])).stderr).toContain('not found');
  });

  test('logs: every flag', async () => {
    const logs = (...args: string[]) => cluster.kubectl(['logs', ...args]);
    const lines = (from: number) => Array.from({ length: 6 - from }, (_, i) => `line ${from + i}\n`).join('');
    expect(await logs('web', '-c', 'side')).toBe(lines(1));
    expect(await logs('web', '-c', 'side', '--tail=2')).toBe(lines(4));
    expect(await logs('web', '-c', 'side', '--limit-bytes=9')).toBe('line 1\nli');
    expect(await logs('web', '-c', 'side', '--since=1h')).toBe(lines(1));
    expect(await logs('web', '-c', 'side', '--since-time=2099-01-01T00:00:00Z')).toBe('');
    expect(await logs('web', '-c', 'side', '--timestamps', '--tail=1')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z line 5\n$/);
    expect(await logs('web', '-c', 'first')).toBe('prepared\n');
    expect(await logs('web', '--all-containers', '--prefix')).toContain('[pod/web/side] line 5\n');
    expect(await logs('-l', 'app=web', '-c', 'side', '--tail=-1', '--max-log-requests=1')).toBe(lines(1));
    expect(await logs('done')).toBe('bye\n');
    const [previous, latest] = [await logs('crashing', '-p'), await logs('crashing')];
    expect([previous, latest]).toEqual([expect.stringMatching(/^run of \d+\n$/), expect.stringMatching(/^run of \d+\n$/)]);
    expect((await kubectl(['logs', 'done', '-p'])).stderr).toContain('previous terminated container "main" in pod "done" not found');
  });

  test('logs -f: what comes, until the container ends', async () => {
    const script = 'echo a; until [ -e /tmp/go ]; do sleep 0.1; done; echo b';
    await cluster.kubectl(['run', 'ticker', '--image=busybox', '--restart=Never', '--', 'sh', '-c', script]);
    await cluster.kubectl('wait --for=condition=Ready pod/ticker --timeout=180s');
    const { says, ended } = running(['logs', '-f', 'ticker']);
    await says(/^a\n/);
    await cluster.kubectl('exec ticker -- touch /tmp/go');
    await says(/^a\nb\n$/);
    expect((await ended)[0]).toBe(0);
  });

  test('a kubelet that is killed in the middle ends its sessions', async () => {
    const { says, ended } = running(sh('echo up; sleep 1000'));
    await says(/up/);
    const { children: processes } = JSON.parse(readFileSync(join(cluster.home, cluster.name, 'run/supervisor.json'), 'utf8')) as {
      children: Record<string, { process: { pid: number } }>;
    };
    process.kill(processes['kubelet-sim']?.process.pid ?? 0, 'SIGKILL');
    expect((await ended)[0]).toBe(1);
    await says(/the connection to the node was lost/);
  });
});

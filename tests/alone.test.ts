// Every component as a process of its own: what it says without anybody to talk to, and the section of the operations page that runs each by itself.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT, run } from '@kubernats/testing/real-cluster';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from './support/free-port.ts';

/** Every component, with the options that it cannot do without. */
const COMPONENTS: Record<string, readonly string[]> = {
  apiserver: ['--tls-cert', 'tls.crt', '--tls-key', 'tls.key', '--client-ca', 'ca.crt'],
  scheduler: [],
  'controller-manager': ['--root-ca-file', 'ca.crt'],
  'volume-controller': [],
  'kubelet-sim': [],
  'service-proxy': [],
  'load-balancer': [],
};

const program = (app: string): string => join(ROOT, 'apps', app, 'dist/main.js');

let component: ChildProcess | undefined;
afterEach(() => component?.kill('SIGKILL'));

describe.each(Object.entries(COMPONENTS))('R3: %s alone', (app, options) => {
  test('prints its options', async () => {
    const { code, stdout } = await run(process.execPath, [program(app), '--help']);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${app}: .*\n\nUsage: ${app} \\[options\\]`)),
    });
    for (const option of ['--nats-url URL', '--health-port PORT', 'KUBERNATS_NATS_CREDS']) expect(stdout).toContain(option);
  });

  test('without a NATS server it stays, says on /readyz that it waits for one, and ends in order when it is told to', async () => {
    const [nobody, health] = [await freePort(), await freePort()];
    const url = `nats://127.0.0.1:${nobody}`;
    component = spawn(process.execPath, [program(app), '--nats-url', url, '--health-port', String(health), ...options], {
      stdio: 'ignore',
    });
    const readyz = (): Promise<string> =>
      fetch(`http://127.0.0.1:${health}/readyz`).then(
        async (answer) => `${answer.status} ${await answer.text()}`,
        (error: unknown) => String(error),
      );
    await expect.poll(readyz).toBe(`503 waiting for: the NATS server ${url}\n`);
    expect(await fetch(`http://127.0.0.1:${health}/healthz`).then(({ status }) => status)).toBe(200);
    const ended = once(component, 'exit');
    component.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});

test('R3: the operations page runs each by itself, and what it says there is so', async () => {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8').split('\n## Each component by itself\n')[1] ?? '';
  const [, block = ''] = /```sh\n(.*?)```/s.exec(page) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'kubernats-alone-'));
  try {
    const env: Record<string, string> = { APART: folder, PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
    for (const name of ['NATS', 'API', 'HEALTH']) env[`${name}_PORT`] = String(await freePort());
    const stopAll = `trap 'kill $(jobs -p) 2>/dev/null || true' EXIT`;
    const { code, stdout, stderr } = await run('bash', ['-c', `set -euo pipefail\n${stopAll}\n${block}`], { cwd: ROOT, env });
    expect(code, stdout + stderr).toBe(0);
    for (const each of ['waiting for: the NATS server', 'successfully rolled out', 'pod: web-']) expect(stdout).toContain(each);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
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

  test('without a NATS server it stays, and says on /readyz that it waits for one', async () => {
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
    await expect.poll(readyz, { timeout: 20_000 }).toBe(`503 waiting for: the NATS server ${url}\n`);
    expect(await fetch(`http://127.0.0.1:${health}/healthz`).then(({ status }) => status)).toBe(200);
  });
});

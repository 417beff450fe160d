import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealCluster, ROOT, run } from '@kubernats/testing/real-cluster';
import { describe, expect, test } from 'vitest';
import { FIRST_OPEN_PORT } from './support/low-ports.ts';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
const lowPortsAreOpen = FIRST_OPEN_PORT <= 80;

/** A clone under /root, say, is for root alone. */
async function asNobody(program: string, ...args: string[]): Promise<boolean> {
  return (await run(program, args, { uid: NOBODY }).catch(() => ({ code: 1 }))).code === 0;
}

describe.runIf(isRoot)('an ordinary user', () => {
  test('has a cluster as well; a port below 1024 that the kernel does not give is told of with what helps', async (context) => {
    const readable = await asNobody('test', '-r', join(ROOT, 'package.json'));
    context.skip(!readable, `${ROOT} cannot be read by other users`);
    const home = mkdtempSync(join(tmpdir(), 'kubernats-user-'));
    chownSync(home, NOBODY, NOBODY);
    chmodSync(home, 0o700);
    try {
      await using cluster = new RealCluster({ nodes: 1, home, uid: NOBODY });
      await cluster.up();
      const as = { uid: NOBODY };
      await cluster.kubectl('create deployment web --image=kubernats/echo --port=80', as);
      await cluster.kubectl('rollout status deployment/web --timeout=180s', as);
      await cluster.kubectl('create deployment high --image=kubernats/echo --port=8080', as);
      await cluster.kubectl('rollout status deployment/high --timeout=180s', as);
      const help = 'ports below 1024 need a right that this process lacks; "sysctl -w net.ipv4.ip_unprivileged_port_start=0" gives it';
      const log = await cluster.kubectl('logs deployment/web', as);
      if (lowPortsAreOpen) expect(log).toContain('listening on');
      else {
        expect(log).toContain(help);
        expect(await cluster.kubectl('events --types=Warning', as)).toContain(help);
      }
      expect(await cluster.kubectl('logs deployment/high', as)).toContain('listening on');
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});

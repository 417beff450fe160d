import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clusterPaths } from '../state/paths.ts';
import { addonSpec } from './addon-process.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kubernats-test-'));
  vi.stubEnv('KUBERNATS_ROOT', root);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const surroundings = {
  slot: 3,
  address: undefined,
  natsUrl: 'nats://127.0.0.1:4222',
  logLevel: 'warn',
  exposeAddress: undefined,
  metricsPort: undefined,
};
const spec = (more: Partial<Parameters<typeof addonSpec>[1]> = {}) =>
  addonSpec(clusterPaths('test', root), { ...surroundings, ...more }, 'load-balancer');

test('an add-on that is not built is named', () => {
  expect(spec).toThrow('not built: load-balancer');
});

test('an add-on is told where its cluster is, and where it may be seen', () => {
  mkdirSync(join(root, 'apps/load-balancer/dist'), { recursive: true });
  writeFileSync(join(root, 'apps/load-balancer/dist/main.js'), '');
  expect(spec().args.join(' ')).toContain('--slot 3 --log-level warn');
  expect(spec().args).not.toContain('--health-port');
  expect(spec()).not.toHaveProperty('metricsPort');
  const seen = spec({ metricsPort: 10_261, exposeAddress: '192.0.2.7' });
  expect(seen.metricsPort).toBe(10_261);
  expect(seen.args.join(' ')).toMatch(/--expose-address 192\.0\.2\.7 --health-port 10261$/);
});

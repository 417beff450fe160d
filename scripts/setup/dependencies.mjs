import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OWN_NODE, ROOT } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';

const STAMP = join(ROOT, 'node_modules', '.kubernats-dependencies');

const wanted = () =>
  createHash('sha256')
    .update(readFileSync(join(ROOT, 'pnpm-lock.yaml')))
    .digest('hex');

export function dependenciesAreFresh() {
  return existsSync(STAMP) && existsSync(OWN_NODE) && readFileSync(STAMP, 'utf8') === wanted();
}

/** The command that runs the pnpm that package.json names: by npx, so that nothing has to be installed by hand. */
export function pnpmCommand() {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return ['npx', ['--yes', packageManager]];
}

export async function installDependencies(say) {
  if (dependenciesAreFresh()) return;
  say('installing dependencies (pnpm, by npx)');
  const [command, args] = pnpmCommand();
  await run(command, [...args, 'install', '--frozen-lockfile'], { cwd: ROOT, env: { CI: 'true', npm_config_update_notifier: 'false' } });
  writeFileSync(STAMP, wanted());
}

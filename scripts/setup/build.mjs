import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APPS, ROOT } from '../lib/paths.mjs';
import { run } from '../lib/run.mjs';
import { pathWithTools } from './node.mjs';

const STAMP = join(ROOT, 'node_modules', '.kubernats-build');
const SOURCES = ['packages', 'apps'];
const SKIP = new Set(['node_modules', 'dist', 'generated', '.turbo', 'test']);

/** A fingerprint of the sources by name, size and time: a few milliseconds, where turbo's own hash takes a second. */
function fingerprint() {
  const hash = createHash('sha256');
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (SKIP.has(entry.name) || entry.name.endsWith('.test.ts')) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else {
        const { size, mtimeMs } = statSync(path);
        hash.update(`${path}\0${size}\0${mtimeMs}\n`);
      }
    }
  };
  for (const folder of SOURCES) visit(join(ROOT, folder));
  for (const file of ['tsup.config.ts', 'turbo.jsonc', 'pnpm-lock.yaml']) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

export function buildIsFresh() {
  const built =
    existsSync(join(ROOT, 'packages/api/generated/types.ts')) && APPS.every((app) => existsSync(join(ROOT, 'apps', app, 'dist/main.js')));
  return built && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint();
}

export async function build(say) {
  if (buildIsFresh()) return;
  say('building (turbo; what did not change comes from its cache)');
  const before = fingerprint();
  await run(
    join(ROOT, 'node_modules/.bin/turbo'),
    ['run', 'generate', 'build', ...['api', ...APPS].map((name) => `--filter=@kubernats/${name}`)],
    {
      cwd: ROOT,
      env: { PATH: pathWithTools(join(ROOT, 'node_modules/.bin')), TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    },
  );
  writeFileSync(STAMP, before);
}

// `npm run bench [-- NAME… --json FILE]`: set-up and build, then the benchmarks. docs: benchmarks/README.md.
import { dirname, join } from 'node:path';
import { NATS_SERVER, ROOT } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { findNatsServer } from './setup/nats-server.mjs';
import { nodeToUse, pathWithTools } from './setup/node.mjs';
import { guarded, setUp } from './setup.mjs';

await guarded(async () => {
  await setUp();
  const env = {
    PATH: `${pathWithTools(join(ROOT, 'node_modules/.bin'))}:${dirname(NATS_SERVER)}`,
    KUBERNATS_NATS_SERVER: await findNatsServer(),
  };
  await run(nodeToUse(), ['--disable-warning=ExperimentalWarning', join(ROOT, 'benchmarks/main.ts'), ...process.argv.slice(2)], {
    cwd: ROOT,
    env,
    inherit: true,
  });
});

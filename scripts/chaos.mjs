// `npm run chaos [-- --seed N --minutes N …]`: set-up and build, then a cluster under faults. docs/operations.md, "Chaos".
import { dirname, join } from 'node:path';
import { become } from './lib/become.mjs';
import { NATS_SERVER, ROOT } from './lib/paths.mjs';
import { findNatsServer } from './setup/nats-server.mjs';
import { pathWithTools } from './setup/node.mjs';
import { guarded, setUp } from './setup.mjs';

await guarded(async () => {
  await setUp();
  become(join(ROOT, 'tests/chaos/main.ts'), process.argv.slice(2), {
    cwd: ROOT,
    env: {
      PATH: `${pathWithTools(join(ROOT, 'node_modules/.bin'))}:${dirname(NATS_SERVER)}`,
      KUBERNATS_NATS_SERVER: await findNatsServer(),
    },
  });
});

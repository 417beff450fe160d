// `./kubernats …`: brings what is missing, then becomes the cli on the right Node.js.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { become } from './lib/become.mjs';
import { CACHE, HOME, ROOT } from './lib/paths.mjs';
import { findNatsServer } from './setup/nats-server.mjs';
import { guarded, setUp } from './setup.mjs';

const appOf = (name) => join(ROOT, 'apps', name, 'dist/main.js');
const CLI = appOf('cli');
const args = process.argv.slice(2);

// Only what starts a cluster needs the whole set-up; the rest is content with programs that were built once.
const startsCluster = args.length === 0 || args[0] === 'up';
const needed = args[0] === 'join' ? [CLI, appOf('kubelet-sim'), appOf('service-proxy')] : [CLI];

await guarded(async () => {
  if (startsCluster || !needed.every((file) => existsSync(file))) await setUp();
  become(CLI, args, {
    env: {
      KUBERNATS_ROOT: ROOT,
      KUBERNATS_HOME: HOME,
      NODE_COMPILE_CACHE: join(CACHE, 'compile'),
      ...(startsCluster ? { KUBERNATS_NATS_SERVER: await findNatsServer() } : {}),
    },
  });
});

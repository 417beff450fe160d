// `npm test`: set-up, formatting and lint, types, then every test. Arguments go to the test runner and skip the rest.
import { dirname, join } from 'node:path';
import { CACHE, KUBECTL, NATS_SERVER, ROOT } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { bringClients } from './setup/clients.mjs';
import { findNatsServer } from './setup/nats-server.mjs';
import { pathWithTools } from './setup/node.mjs';
import { guarded, say, setUp } from './setup.mjs';

const args = process.argv.slice(2);
const bin = join(ROOT, 'node_modules/.bin');

await guarded(async () => {
  await setUp({ kubectl: true });
  // `1`: with the clients that can be had; `required`: with all; `write`: and docs/compatibility.md is written.
  const compatibility = process.env.KUBERNATS_COMPATIBILITY;
  if (compatibility) await bringClients(say, { required: compatibility !== '1' });
  const env = {
    PATH: `${pathWithTools(bin)}:${dirname(KUBECTL)}:${dirname(NATS_SERVER)}`,
    KUBERNATS_NATS_SERVER: await findNatsServer(),
    // Processes and threads that tests start from TypeScript: it is compiled once, not at each start.
    NODE_COMPILE_CACHE: join(CACHE, 'compile'),
  };
  const step = (program, ...rest) => run(join(bin, program), rest, { cwd: ROOT, env, inherit: true });
  // Each takes one processor, and none needs another: all at once, and all that is wrong is told.
  const checks = args.length === 0 ? [step('biome', 'ci', '.'), step('eslint', '.'), step('tsc', '--noEmit')] : [];
  const failed = (await Promise.allSettled(checks)).find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  await step('vitest', 'run', ...args);
});

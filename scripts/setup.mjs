// All that has to be there before kubernats runs, brought when it is missing. A built tree costs a few milliseconds.
import { join } from 'node:path';
import { withLock } from './lib/lock.mjs';
import { KEPT } from './lib/paths.mjs';
import { SetupError } from './lib/run.mjs';
import { build, buildIsFresh } from './setup/build.mjs';
import { dependenciesAreFresh, installDependencies } from './setup/dependencies.mjs';
import { bringKubectl, findKubectl } from './setup/kubectl.mjs';
import { bringNatsServer, findNatsServer } from './setup/nats-server.mjs';
import { requireLinux } from './setup/platform.mjs';

export const say = (text) => process.stderr.write(`kubernats set-up: ${text}\n`);

export async function setUp({ kubectl = false } = {}) {
  requireLinux();
  const ready = dependenciesAreFresh() && buildIsFresh() && (await findNatsServer()) && (!kubectl || findKubectl());
  if (ready) return;
  const onWait = (owner) => say(`waiting for another set-up (process ${owner})`);
  await withLock(
    join(KEPT, 'setup.lock'),
    async () => {
      await installDependencies(say);
      await build(say);
      await bringNatsServer(say);
      if (kubectl) await bringKubectl(say);
    },
    { onWait },
  );
}

/** Runs `main`; an error that is meant for people is printed as they should read it, and the exit code is 1. */
export async function guarded(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`kubernats: ${error instanceof SetupError ? error.message : (error?.stack ?? error)}\n`);
    process.exitCode = 1;
  }
}

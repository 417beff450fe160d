import type { Program } from '../process/invocation.ts';

/** A package manager has nothing to install from: what a simulated image has is all there is, and that is said. */
const manager: Program = async (run) => {
  if (run.args.some((arg) => arg === 'update' || arg === 'list' || arg === '--version')) {
    await run.out(`${run.name}: packages are not simulated: nothing to ${run.args[0] ?? 'do'}\n`);
    return 0;
  }
  await run.err(
    `${run.name}: packages are not simulated by kubernats: nothing was installed. The image has: curl, wget, nc, dig, jq, tar and the usual tools\n`,
  );
  return 1;
};

export const PACKAGES: Readonly<Record<string, Program>> = { apk: manager, apt: manager, 'apt-get': manager, dnf: manager, yum: manager };

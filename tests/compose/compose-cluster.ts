import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ROOT, run } from '@kubernats/testing/real-cluster';
import { freePort } from '../support/free-port.ts';

/** Where the README says that the kubeconfig is. */
const KUBECONFIG = join(ROOT, '.kubernats/compose/kubeconfig');

/** Between two looks, for those who bring about what is waited for. */
const LOOK_MS = 200;

/** A new cluster of the project's compose file, not up yet. `settings`: variables of the file, `KUBERNATS_…`. */
export async function composeCluster(settings: Readonly<Record<string, string>> = {}): Promise<ComposeCluster> {
  // A project of its own: the containers and volumes of whoever has a cluster here stay as they are.
  const cluster = new ComposeCluster({ COMPOSE_PROJECT_NAME: 'kubernats-test', KUBERNATS_API_PORT: String(await freePort()), ...settings });
  await cluster[Symbol.asyncDispose]();
  return cluster;
}

/** A cluster in containers. */
export class ComposeCluster implements AsyncDisposable {
  readonly #settings: Readonly<Record<string, string>>;

  constructor(settings: Readonly<Record<string, string>>) {
    this.#settings = settings;
  }

  /** Runs a shell script at the top of the project; what it printed, or an error with all of that. */
  readonly sh = async (script: string): Promise<string> => {
    const env = { ...this.#settings, KUBECONFIG };
    const { code, stdout, stderr } = await run('bash', ['-c', `set -euo pipefail\n${script}`], { cwd: ROOT, env });
    if (code !== 0) throw new Error(`exit code ${code}\n${script}\n${stdout}\n${stderr}`);
    return stdout;
  };

  /** Resolves when `script` prints what is expected; polls, because what is waited for is told by no single command. */
  readonly until = async (script: string, expected: string | RegExp, withinMs = 180_000): Promise<void> => {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const said = await this.sh(script).catch((error: unknown) => String(error));
      if (typeof expected === 'string' ? said.trim() === expected : expected.test(said)) return;
      await pause(LOOK_MS);
      if (performance.now() > deadline) throw new Error(`${script}\nis not ${expected} but\n${said}\n${await this.#state()}`);
    }
  };

  /** All that helps to see what went wrong. */
  #state(): Promise<string> {
    return this.sh('docker compose ps --all; kubectl get nodes,pods --all-namespaces --output wide; docker compose logs --tail 40').catch(
      String,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sh('docker compose --profile "*" down --volumes --timeout 5');
  }
}

/** The shell block of the README's section of this title. */
export function readmeBlock(file: string, title: string): string {
  const section = readFileSync(join(ROOT, file), 'utf8').split(`\n## ${title}\n`)[1] ?? '';
  const [, block = ''] = /```sh\n(.*?)```/s.exec(section) ?? [];
  if (block === '') throw new Error(`${file} has no shell block under "${title}"`);
  return block;
}

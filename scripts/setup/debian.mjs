import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run, SetupError, which } from '../lib/run.mjs';

const RELATIONS_LEFT_OUT = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map((name) => `--no-${name}`);

/**
 * Debian's archive for a user who may install nothing: packages are downloaded into `folder` and unpacked. Where the machine has no package lists, or
 * old ones, private ones are fetched.
 */
export class DebianArchive {
  #folder;
  #options = [];

  constructor(folder) {
    if (!which('apt-get') || !which('dpkg-deb')) throw new SetupError('apt-get and dpkg-deb are not on this machine');
    this.#folder = folder;
  }

  /** The names of a package and of all that it depends on. */
  async closureOf(name) {
    const output = await this.#withLists(() =>
      run('apt-cache', [...this.#options, 'depends', '--recurse', ...RELATIONS_LEFT_OUT, name], { timeoutMs: 60_000 }),
    );
    return output.split('\n').filter((line) => /^[a-z0-9]/.test(line));
  }

  /** Downloads packages and unpacks them all into one folder. */
  async unpack(names, into) {
    await this.#withLists(() => run('apt-get', [...this.#options, 'download', ...names], { cwd: this.#folder, timeoutMs: 180_000 }));
    const archives = (await readdir(this.#folder)).filter((file) => file.endsWith('.deb'));
    for (const archive of archives) await run('dpkg-deb', ['-x', join(this.#folder, archive), into]);
  }

  async #withLists(ask) {
    try {
      return await ask();
    } catch (error) {
      if (this.#options.length > 0) throw error;
      await this.#fetchLists();
      return ask();
    }
  }

  async #fetchLists() {
    for (const path of ['state/lists/partial', 'cache/archives/partial']) await mkdir(join(this.#folder, path), { recursive: true });
    this.#options = ['-o', `Dir::State=${this.#folder}/state`, '-o', `Dir::Cache=${this.#folder}/cache`, '-o', 'APT::Sandbox::User='];
    await run('apt-get', [...this.#options, 'update'], { cwd: this.#folder, timeoutMs: 180_000 });
  }
}

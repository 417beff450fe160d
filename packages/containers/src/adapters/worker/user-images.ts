import { resolve } from 'node:path';
import { type Clock, realClock } from '@kubernats/clock';
import { modulesIn, nameOf, stampOfAll } from '@kubernats/files/modules';
import type { Image } from '../../image.ts';
import type { UserImages } from '../../sim/registry.ts';

import { runInWorker } from './host.ts';
import type { ImageFacts, ScanResult } from './protocol.ts';
import { scanModules } from './scan.ts';

export interface UserImagesOptions {
  /** Where the modules are. */
  folder: string;
  /** The cluster's. */
  clock: Clock;
  /** A module that could not be loaded, once for each change. */
  onProblem?(file: string, problem: string): void;
}

interface Known {
  fingerprint: string;
  /** What is in it, or was when it could last be loaded. */
  facts: ImageFacts | undefined;
  problem: string | undefined;
}

/** Images out of a folder of modules, each run in a thread of its own. What changes there is used by the next container that starts. */
export function createUserImages(options: UserImagesOptions): UserImages {
  const images = new FolderImages(options);
  void images.refresh();
  return images;
}

class FolderImages implements UserImages {
  readonly #folder: string;
  readonly #realTime: boolean;
  readonly #onProblem: (file: string, problem: string) => void;
  readonly #known = new Map<string, Known>();
  #byName = new Map<string, Image>();
  #last: Promise<void> = Promise.resolve();

  constructor({ folder, clock, onProblem = () => {} }: UserImagesOptions) {
    this.#folder = resolve(folder);
    this.#realTime = clock === realClock;
    this.#onProblem = onProblem;
  }

  find(repository: string): Image | undefined {
    return this.#byName.get(repository);
  }

  refresh(): Promise<void> {
    // One after the other: whoever asks sees what was there when it asked.
    this.#last = this.#last.then(() => this.#look());
    return this.#last;
  }

  async #look(): Promise<void> {
    const modules = modulesIn(this.#folder);
    // What could not be loaded may be well again when anything else has changed: it may import it.
    let all: string | undefined;
    const whole = (): string => {
      all ??= stampOfAll(this.#folder);
      return all;
    };
    const changed: string[] = [];
    for (const [file, own] of modules) {
      const known = this.#known.get(file);
      if (known?.fingerprint !== (known?.problem === undefined ? own : whole())) changed.push(file);
    }
    const gone = [...this.#known.keys()].filter((file) => !modules.has(file));
    if (changed.length === 0 && gone.length === 0) return;
    for (const file of gone) this.#known.delete(file);
    for (const result of await scanModules(changed)) this.#learn(result, 'problem' in result ? whole() : (modules.get(result.file) ?? ''));
    this.#byName = this.#index();
  }

  #learn(result: ScanResult, fingerprint: string): void {
    if ('problem' in result) {
      this.#known.set(result.file, { fingerprint, facts: this.#known.get(result.file)?.facts, problem: result.problem });
      this.#onProblem(result.file, result.problem);
    } else this.#known.set(result.file, { fingerprint, facts: result.facts, problem: undefined });
  }

  #index(): Map<string, Image> {
    const byName = new Map<string, Image>();
    for (const [file, { facts, problem }] of [...this.#known].sort(([a], [b]) => (a < b ? -1 : 1))) {
      // A module that cannot be loaded goes by the name that it had, or that its file has.
      const names = facts?.names ?? (problem === undefined ? [] : [nameOf(file)]);
      const image = problem === undefined ? this.#working(file, facts) : broken(file, names, problem);
      for (const name of names) if (!byName.has(name)) byName.set(name, image);
    }
    return byName;
  }

  #working(file: string, facts: ImageFacts | undefined): Image {
    const realTime = this.#realTime;
    return { names: [], ...facts, run: (context) => runInWorker(file, context, realTime) };
  }
}

const broken = (file: string, names: readonly string[], problem: string): Image => ({
  names,
  refuses: async () => `failed to load the image from ${file}: ${problem}`,
  run: () => 1,
});

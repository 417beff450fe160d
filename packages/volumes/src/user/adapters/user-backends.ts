import { realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Clock, settledWithin } from '@kubernats/clock';
import { inFull, inShort } from '@kubernats/errors';
import { type Containment, containment } from '@kubernats/errors/containment';
import { loadModule, providePackage } from '@kubernats/files/module-loader';
import { modulesIn, nameOf, stampOfAll } from '@kubernats/files/modules';
import { BackendError, type BackendTraits, type StorageBackend } from '../../port.ts';
import * as api from '../backend-api.ts';
import { requireDefinition } from '../check-definition.ts';
import { completeBackend, traitsOf } from '../complete.ts';
import { type BackendSource, guardedBackend } from '../guarded-backend.ts';

/** What a module may take to load: beyond any that goes well. */
const LOAD_PATIENCE_MS = 10_000;

export interface UserBackendsOptions {
  /** Where the modules are. */
  readonly folder: string;
  readonly clock: Clock;
  /** A module that cannot be loaded, once for each change, or an error that its author has not foreseen. */
  onProblem?(file: string, problem: string): void;
}

/**
 * The storage back ends of a folder of modules, which run in this process. Their names and drivers stay as they are now; of everything else, each call uses
 * what the module says then. One that cannot be loaded goes by the name of its file, and its calls say why.
 */
export async function userBackends({ folder, clock, onProblem = () => {} }: UserBackendsOptions): Promise<StorageBackend[]> {
  const root = existing(resolve(folder));
  providePackage(root, '@kubernats/storage-backend', api);
  const backends: StorageBackend[] = [];
  const fileOf = new Map<string, string>();
  for (const path of [...modulesIn(root).keys()].sort()) {
    const module = new BackendModule(root, path, clock, (problem) => onProblem(path, problem));
    if (!(await module.begin())) continue;
    const taken = fileOf.get(module.name);
    if (taken === undefined) {
      fileOf.set(module.name, module.file);
      backends.push(guardedBackend(module, clock));
    } else onProblem(path, `its name "${module.name}" is taken by ${taken}`);
  }
  return backends;
}

class BackendModule implements BackendSource {
  readonly file: string;
  readonly onProblem: (problem: string) => void;
  readonly inside: Containment;
  name: string;
  drivers: readonly string[] = [];
  traits: BackendTraits;
  canModify = false;
  readonly #folder: string;
  readonly #path: string;
  readonly #clock: Clock;
  #stamp: string | undefined;
  #loaded: Promise<StorageBackend | undefined> = Promise.resolve(undefined);

  constructor(folder: string, path: string, clock: Clock, onProblem: (problem: string) => void) {
    this.#folder = folder;
    this.#path = path;
    this.#clock = clock;
    this.file = relative(folder, path);
    this.onProblem = onProblem;
    this.inside = containment((error) => onProblem(`outside of any call: ${inFull(error)}`));
    this.name = nameOf(path);
    this.traits = traitsOf({ name: this.name });
  }

  /** Learns its name and drivers; false: it is a helper of others. */
  async begin(): Promise<boolean> {
    try {
      const backend = await this.#latest();
      if (backend) this.name = backend.name;
      this.drivers = backend?.drivers ?? [];
      return backend !== undefined;
    } catch {
      return true;
    }
  }

  async load(): Promise<StorageBackend> {
    const backend = await this.#latest();
    if (!backend) throw this.#failed('it has no default export');
    return backend;
  }

  #latest(): Promise<StorageBackend | undefined> {
    const stamp = stampOfAll(this.#folder);
    if (stamp !== this.#stamp) {
      this.#stamp = stamp;
      this.#loaded = this.inside.run(() => this.#read());
    }
    return this.#loaded;
  }

  async #read(): Promise<StorageBackend | undefined> {
    try {
      const loading = loadModule(this.#path);
      const late = `it was not loaded within ${LOAD_PATIENCE_MS / 1000} s`;
      const definition = await settledWithin(LOAD_PATIENCE_MS, this.#clock, loading, () => new Error(late));
      if (definition === undefined) return undefined;
      requireDefinition(definition);
      const backend = completeBackend(definition);
      this.traits = backend.traits;
      this.canModify = backend.modify !== undefined;
      return backend;
    } catch (error) {
      this.onProblem(inShort(error));
      throw this.#failed(inShort(error));
    }
  }

  #failed(problem: string): BackendError {
    return new BackendError(`failed to load the storage back end from ${this.#path}: ${problem}`);
  }
}

/** Modules are known by their real path, whichever link leads there. */
function existing(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

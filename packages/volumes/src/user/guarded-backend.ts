import { type Clock, settledWithin } from '@kubernats/clock';
import { inFull, inShort } from '@kubernats/errors';
import type { Containment } from '@kubernats/errors/containment';
import { BackendError, type BackendTraits, type StorageBackend } from '../port.ts';
import { ofOthers } from './complete.ts';

/** A call that takes longer will not end. */
const PATIENCE_MS = 60_000;

/** The code of a back end: somebody else's, and it may change. */
export interface BackendSource {
  readonly name: string;
  readonly drivers: readonly string[];
  /** The name of its file, for errors. */
  readonly file: string;
  readonly traits: BackendTraits;
  /** Whether what it has made can be changed. */
  readonly canModify: boolean;
  /** Where it runs. */
  readonly inside: Containment;
  /** As it was last written. Throws `BackendError` while it cannot be loaded. */
  load(): Promise<StorageBackend>;
  /** An error that its author has not foreseen, in full. */
  onProblem(problem: string): void;
}

/** Puts a fence around a back end: whatever it throws, and that it never answers, is a `BackendError` that names its file, and nobody else's trouble. */
export function guardedBackend(source: BackendSource, clock: Clock): StorageBackend {
  const fence = new Fence(source, clock);
  const modify: StorageBackend['modify'] = (volume, parameters, side) =>
    fence.call('modify', '', volume.handle, async (backend) => backend.modify?.(volume, parameters, side));
  return {
    name: source.name,
    drivers: source.drivers,
    get traits() {
      return source.traits;
    },
    parametersWithoutEffect: ofOthers,
    create: (request, side) => fence.call('create', '', request.name, (backend) => backend.create(request, side)),
    delete: (volume, side) => fence.call('delete', '', volume.handle, (backend) => backend.delete(volume, side)),
    expand: (volume, capacityBytes, side) =>
      fence.call('expand', '', volume.handle, (backend) => backend.expand(volume, capacityBytes, side)),
    get modify() {
      return source.canModify ? modify : undefined;
    },
    attach: (volume, node, side) => fence.call('attach', '', volume.handle, (backend) => backend.attach(volume, node, side)),
    detach: (volume, node, side) => fence.call('detach', '', volume.handle, (backend) => backend.detach(volume, node, side)),
    mount: (volume, side) => fence.call('mount', side.name, volume.handle, (backend) => backend.mount(volume, side)),
    unmount: (volume, side) => fence.call('unmount', side.name, volume.handle, (backend) => backend.unmount(volume, side)),
  };
}

class Fence {
  readonly #source: BackendSource;
  readonly #clock: Clock;
  /** The calls that have not ended, by side and volume. */
  readonly #busy = new Map<string, string>();

  constructor(source: BackendSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** @param side the node; empty: the controller's side */
  async call<T>(method: keyof StorageBackend, side: string, volume: string, work: (backend: StorageBackend) => Promise<T>): Promise<T> {
    const key = JSON.stringify([side, volume]);
    const earlier = this.#busy.get(key);
    if (earlier !== undefined) throw this.#told(`${method}: it is still at an earlier ${earlier} of the volume`);
    this.#busy.set(key, method);
    const result = this.#source.inside.run(() => this.#begin(method, work)).finally(() => this.#busy.delete(key));
    return settledWithin(PATIENCE_MS, this.#clock, result, () => this.#told(`${method} did not end within ${PATIENCE_MS / 1000} s`));
  }

  async #begin<T>(method: string, work: (backend: StorageBackend) => Promise<T>): Promise<T> {
    const backend = await this.#source.load();
    try {
      return await work(backend);
    } catch (error) {
      if (error instanceof BackendError) throw this.#told(error.message, this.#guarded(error.hasCome));
      this.#source.onProblem(`${method}: ${inFull(error)}`);
      throw this.#told(`${method}: ${inShort(error)}`);
    }
  }

  /** What only asks whether to try again: no answer is a no. */
  #guarded(hasCome: (() => Promise<boolean>) | undefined): (() => Promise<boolean>) | undefined {
    if (!hasCome) return undefined;
    const ask = async (): Promise<boolean> => (await this.#source.inside.run(hasCome)) === true;
    return () => settledWithin(PATIENCE_MS, this.#clock, ask(), () => new Error('no answer')).catch(() => false);
  }

  #told(text: string, hasCome?: () => Promise<boolean>): BackendError {
    return new BackendError(`storage back end "${this.#source.name}" (${this.#source.file}): ${text}`, hasCome);
  }
}

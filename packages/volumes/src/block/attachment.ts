import type { Files } from '@kubernats/files';
import * as z from 'zod';
import { folderName } from '../folder-name.ts';
import { plainFolder } from '../plain-folder.ts';
import { BackendError, type VolumeRef } from '../port.ts';

/** Where a disk's data lie while no node has it. */
const DETACHED = 'detached';
const ATTACHED = 'attached-to-';
/** Lies beside the data: what was changed since the disk was made. */
const CHANGES = 'changes.json';

const changes = z.record(z.string(), z.string());

/**
 * A disk, and the node that it is attached to. That is written in the name of the folder with its data: one rename attaches it, and takes it away from
 * who had it, mounted or not. So there is no moment at which two nodes can write to it, and none at which nobody knows who can.
 */
export class Disk {
  readonly #storage: Files;
  /** From the top of the storage: of another driver's disks, in a folder of their own, which no handle is called as. */
  readonly #names: readonly string[];
  readonly #path: string;

  constructor(storage: Files, { handle, driver }: Pick<VolumeRef, 'handle' | 'driver'>) {
    this.#storage = storage;
    this.#names = [...(driver === undefined ? [] : [`@${folderName(driver)}`]), folderName(handle)];
    this.#path = `/${this.#names.join('/')}`;
  }

  isThere(): boolean {
    return this.#storage.lookup(this.#path) !== undefined;
  }

  /** There already is fine. */
  async make(): Promise<void> {
    if ((await this.#data()) === undefined) await plainFolder(this.#storage, [...this.#names, DETACHED]);
  }

  async remove(): Promise<void> {
    await this.#storage.remove(this.#path);
  }

  /** The node, as far as its name is short enough to be told; undefined: none. */
  async attachedTo(): Promise<string | undefined> {
    const data = await this.#data();
    return data?.startsWith(ATTACHED) ? data.slice(ATTACHED.length) : undefined;
  }

  async isAttachedTo(node: string): Promise<boolean> {
    return (await this.#data()) === ATTACHED + folderName(node);
  }

  /** Nobody has it. */
  async attach(node: string): Promise<void> {
    await this.#storage.rename(`${this.#path}/${DETACHED}`, `${this.#path}/${ATTACHED}${folderName(node)}`);
  }

  /** The node has it. */
  async detach(node: string): Promise<void> {
    await this.#storage.rename(`${this.#path}/${ATTACHED}${folderName(node)}`, `${this.#path}/${DETACHED}`);
  }

  /** The data, for the node that has it. */
  open(node: string): Files {
    return this.#storage.scope(`${this.#path}/${ATTACHED}${folderName(node)}`, { pinned: true });
  }

  /** The attributes that are others now than those that it was made with. Throws `BackendError`. */
  async changes(): Promise<Readonly<Record<string, string>>> {
    if (this.#storage.lookup(this.#changesPath) === undefined) return {};
    const text = new TextDecoder().decode(await this.#storage.read(this.#changesPath));
    try {
      return changes.parse(JSON.parse(text));
    } catch {
      throw new BackendError(`${this.#changesPath} is not what was written there`);
    }
  }

  async change(attributes: Readonly<Record<string, string>>): Promise<void> {
    await this.#storage.replace(this.#changesPath, new TextEncoder().encode(JSON.stringify(attributes)));
  }

  get #changesPath(): string {
    return `${this.#path}/${CHANGES}`;
  }

  async #data(): Promise<string | undefined> {
    const names = this.isThere() ? await this.#storage.list(this.#path) : [];
    return names.find((name) => name === DETACHED || name.startsWith(ATTACHED));
  }
}

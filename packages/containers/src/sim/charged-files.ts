import type { FileStat, Files, Space, Step } from '@kubernats/files';
import type { MeterPart } from '../resources/meter.ts';
import type { PageOwners } from '../resources/page-owners.ts';

/** A folder in memory as one container sees it: what it writes there it pays for with its own memory. */
export class ChargedFiles implements Files {
  readonly #files: Files;
  readonly #owners: PageOwners;
  /** Undefined before the container runs: what is made then are mount points. */
  readonly #payer: () => MeterPart | undefined;

  constructor(files: Files, owners: PageOwners, payer: () => MeterPart | undefined) {
    this.#files = files;
    this.#owners = owners;
    this.#payer = payer;
  }

  write(path: string, data: Uint8Array, options?: { mode?: number }): Promise<void> {
    return this.#change(
      async () => data.length - (await this.#sizeOf(path)),
      () => this.#files.write(path, data, options),
    );
  }
  append(path: string, data: Uint8Array): Promise<void> {
    return this.#change(
      async () => data.length,
      () => this.#files.append(path, data),
    );
  }
  replace(path: string, data: Uint8Array): Promise<void> {
    return this.#change(
      async () => data.length - (await this.#sizeOf(path)),
      () => this.#files.replace(path, data),
    );
  }
  remove(path: string): Promise<void> {
    return this.#change(
      async () => -(await this.#usageOf(path)),
      () => this.#files.remove(path),
    );
  }
  rename(from: string, to: string): Promise<void> {
    return this.#change(
      async () => -(from === to ? 0 : await this.#usageOf(to)),
      () => this.#files.rename(from, to),
    );
  }
  scope(path: string, options?: { quotaBytes?: number; readOnly?: boolean; pinned?: boolean }): Files {
    return new ChargedFiles(this.#files.scope(path, options), this.#owners, this.#payer);
  }

  read(path: string): Promise<Uint8Array> {
    return this.#files.read(path);
  }
  readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#files.readRange(path, offset, length);
  }
  stat(path: string): Promise<FileStat | undefined> {
    return this.#files.stat(path);
  }
  lstat(path: string): Promise<FileStat | undefined> {
    return this.#files.lstat(path);
  }
  lookup(path: string): Step | undefined {
    return this.#files.lookup(path);
  }
  list(path: string): Promise<string[]> {
    return this.#files.list(path);
  }
  mkdir(path: string, options?: { recursive?: boolean; mode?: number }): Promise<void> {
    return this.#files.mkdir(path, options);
  }
  symlink(target: string, path: string): Promise<void> {
    return this.#files.symlink(target, path);
  }
  readlink(path: string): Promise<string> {
    return this.#files.readlink(path);
  }
  chmod(path: string, mode: number): Promise<void> {
    return this.#files.chmod(path, mode);
  }
  setModified(path: string, modifiedMs: number): Promise<void> {
    return this.#files.setModified(path, modifiedMs);
  }
  realpath(path: string): Promise<string> {
    return this.#files.realpath(path);
  }
  usage(path?: string): Promise<number> {
    return this.#files.usage(path);
  }
  space(path?: string): Promise<Space | undefined> {
    return this.#files.space(path);
  }
  get hostPath(): string | undefined {
    return this.#files.hostPath;
  }

  #change(measure: () => Promise<number>, work: () => Promise<void>): Promise<void> {
    const payer = this.#payer();
    return payer ? this.#owners.change(payer, measure, work) : work();
  }

  async #sizeOf(path: string): Promise<number> {
    const stat = await this.#files.stat(path);
    return stat?.kind === 'file' ? stat.sizeBytes : 0;
  }

  async #usageOf(path: string): Promise<number> {
    const kind = this.#files.lookup(path)?.kind;
    if (kind === undefined || kind === 'symlink') return 0;
    return kind === 'file' ? this.#sizeOf(path) : this.#files.usage(path);
  }
}

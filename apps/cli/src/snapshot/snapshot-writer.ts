import { createHash } from 'node:crypto';
import { closeSync, existsSync, fchownSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { StoreEntry } from '@kubernats/store';
import { Failure } from '../failure.ts';
import type { LogName, SnapshotEnd, SnapshotEntry, SnapshotHead } from './format.ts';
import { LiveEntries } from './live-entries.ts';

const BUFFER_BYTES = 1024 * 1024;
const KUBERNETES_SERVICE = JSON.stringify(['', 'services', 'default', 'kubernetes']);

/** Writes a snapshot beside its file, and renames it over the file when it is whole and on the disk. For its owner alone: it holds Secrets. */
export class SnapshotWriter implements Disposable {
  readonly #file: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  readonly #hash = createHash('sha256');
  readonly #live = new LiveEntries();
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #serviceIp = '';
  #isDone = false;

  constructor(file: string, head: SnapshotHead, { force = false }: { force?: boolean } = {}) {
    if (existsSync(file) && !force) throw new Failure(`${file} is there already. Choose another name, or overwrite it with --force.`);
    this.#file = file;
    this.#temporary = `${dirname(file)}/.${basename(file)}.${process.pid}.new`;
    try {
      this.#descriptor = openSync(this.#temporary, 'wx', 0o600);
    } catch (error) {
      throw new Failure(`${file} cannot be written: ${(error as Error).message}`);
    }
    this.#line(head);
  }

  add(log: LogName, { key, revision, value, deleted }: StoreEntry): void {
    const body = deleted ? new Uint8Array() : value;
    const entry: SnapshotEntry = {
      log,
      key: [key.group, key.resource, key.namespace, key.name],
      revision,
      ...(deleted ? { deleted } : {}),
      bytes: body.length,
    };
    this.#live.add(entry);
    this.#line(entry);
    this.#put(body);
    this.#put(NEW_LINE);
    if (log === 'state' && !deleted && JSON.stringify(entry.key) === KUBERNETES_SERVICE) this.#serviceIp = clusterIpOf(body);
  }

  /** Ends the file, and gives what its end says. */
  finish(revisions: Record<LogName, number>): SnapshotEnd {
    this.#flush();
    const end: SnapshotEnd = {
      end: true,
      revisions,
      objects: this.#live.counts(),
      serviceIp: this.#serviceIp,
      sha256: this.#hash.digest('hex'),
    };
    this.#write(Buffer.from(`${JSON.stringify(end)}\n`));
    // Where root in a container writes into a person's folder, it becomes the person's.
    const { uid, gid } = statSync(dirname(this.#file));
    if (process.getuid?.() === 0) fchownSync(this.#descriptor, uid, gid);
    fsyncSync(this.#descriptor);
    renameSync(this.#temporary, this.#file);
    this.#isDone = true;
    return end;
  }

  /** What is not finished leaves nothing behind. */
  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
    if (!this.#isDone) rmSync(this.#temporary, { force: true });
  }

  #line(value: object): void {
    this.#put(Buffer.from(`${JSON.stringify(value)}\n`));
  }

  #put(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= BUFFER_BYTES) this.#flush();
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#hash.update(bytes);
    this.#write(bytes);
  }

  #write(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      throw new Failure(`${this.#file} cannot be written: ${(error as Error).message}`);
    }
  }
}

const NEW_LINE = Buffer.from('\n');

const clusterIpOf = (object: Uint8Array): string =>
  (JSON.parse(Buffer.from(object).toString('utf8')) as { spec?: { clusterIP?: string } }).spec?.clusterIP ?? '';

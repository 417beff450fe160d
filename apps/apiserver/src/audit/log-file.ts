import { Buffer } from 'node:buffer';
import type { Log } from '@kubernats/client';
import type { Clock, Timer } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import type { AuditLog } from './auditor.ts';

/** How a log of files is kept. */
export interface Rotation {
  /** A file that would be larger makes place for a new one. */
  maxSizeBytes: number;
  /** How many old files are kept; 0: all of them. */
  maxBackups: number;
  /** How long old files are kept, in milliseconds; 0: for ever. */
  maxAgeMs: number;
}

/** Lines are gathered for so long: no request waits for the disk. */
const GATHER_MS = 50;
/** A disk that cannot follow may be so far behind. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** An audit log in a folder, in a file that makes place for a new one when it is large. */
export class LogFile implements AuditLog, AsyncDisposable {
  readonly #deps: { files: Files; clock: Clock; log: Log };
  readonly #name: string;
  readonly #rotation: Rotation;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  /** The file's size after the last write that did not fail; undefined before. */
  #wholeBytes: number | undefined;
  /** How many lines were lost since a write has failed. */
  #failed = 0;
  #timer: Timer | undefined;
  #written = Promise.resolve();

  /** `name` is the file's, in the folder. */
  constructor(deps: { files: Files; clock: Clock; log: Log }, name: string, rotation: Rotation) {
    this.#deps = deps;
    this.#name = name;
    this.#rotation = rotation;
  }

  write(line: string): void {
    if (this.#waitingBytes + line.length > MAX_WAITING_BYTES) {
      this.#lost++;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    this.#timer ??= this.#deps.clock.setTimer(GATHER_MS, () => {
      this.#timer = undefined;
      this.#written = this.#written.then(() => this.#flush());
    });
  }

  /** Writes what waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.cancel();
    await this.#written;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting;
    const lost = this.#lost;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#lost = 0;
    if (lost > 0) this.#deps.log.error({ lost }, 'audit events were lost: they came faster than they could be written');
    try {
      await this.#append(`${lines.join('\n')}\n`);
      if (this.#failed > 0) this.#deps.log.info({ lost: this.#failed }, 'audit events are written again');
      this.#failed = 0;
    } catch (error) {
      // Until it goes again nothing more is said: it is tried many times a second.
      if (this.#failed === 0) this.#deps.log.error({ error }, 'audit events could not be written, and are lost');
      this.#failed += lines.length;
    }
  }

  async #append(text: string): Promise<void> {
    const { files } = this.#deps;
    const path = `/${this.#name}`;
    // Asked for each time: somebody else may have moved the file away, or emptied it.
    let sizeBytes = (await files.stat(path))?.sizeBytes;
    if (sizeBytes && sizeBytes + Buffer.byteLength(text) > this.#rotation.maxSizeBytes) {
      await this.#rotate(path);
      sizeBytes = undefined;
    }
    if (sizeBytes === undefined) {
      await files.write(path, new Uint8Array(), { mode: 0o600 });
      sizeBytes = 0;
    }
    // Of a write that failed the disk may have taken a part, which ends within a line.
    const isTorn = this.#wholeBytes !== undefined && sizeBytes > this.#wholeBytes;
    const bytes = Buffer.from(isTorn ? `\n${text}` : text);
    await files.append(path, bytes);
    this.#wholeBytes = sizeBytes + bytes.length;
  }

  async #rotate(path: string): Promise<void> {
    const { files, clock } = this.#deps;
    await files.rename(path, `/${this.#backupName(clock.now())}`);
    const old = (await files.list('/')).flatMap((name) => {
      const atMs = this.#backupTime(name);
      return atMs === undefined ? [] : [{ name, atMs }];
    });
    old.sort((a, b) => b.atMs - a.atMs);
    const { maxBackups, maxAgeMs } = this.#rotation;
    const isPast = ({ atMs }: { atMs: number }, i: number) =>
      (maxBackups > 0 && i >= maxBackups) || (maxAgeMs > 0 && atMs < clock.now() - maxAgeMs);
    for (const { name } of old.filter(isPast)) await files.remove(`/${name}`);
  }

  /** `audit-2026-01-31T09-30-00.000.log`, as kube-apiserver names them. */
  #backupName(ms: number): string {
    const [stem, extension] = this.#parts();
    return `${stem}-${new Date(ms).toISOString().replaceAll(':', '-').replace('Z', '')}${extension}`;
  }

  #backupTime(name: string): number | undefined {
    const [stem, extension] = this.#parts();
    if (!name.startsWith(`${stem}-`) || !name.endsWith(extension)) return undefined;
    const text = name.slice(stem.length + 1, name.length - extension.length);
    const match = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})$/.exec(text);
    if (!match) return undefined;
    const [, day, hours, minutes, seconds] = match;
    return Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
  }

  #parts(): [stem: string, extension: string] {
    const at = this.#name.lastIndexOf('.');
    return at <= 0 ? [this.#name, ''] : [this.#name.slice(0, at), this.#name.slice(at)];
  }
}

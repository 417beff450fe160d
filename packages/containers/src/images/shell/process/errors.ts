import { FilesError } from '@kubernats/files';
import { NetworkError } from '@kubernats/net';
import type { SignalName } from '../../../signals.ts';

/** Thrown through a program that a signal ends. */
export class Killed extends Error {
  override readonly name = 'Killed';
  readonly signal: SignalName;
  constructor(signal: SignalName) {
    super(signal);
    this.signal = signal;
  }
}

/** A program's own complaint: `text` goes to its standard error behind its name, and it ends with `status`. */
export class Complaint extends Error {
  override readonly name = 'Complaint';
  readonly status: number;
  constructor(text: string, status = 1) {
    super(text);
    this.status = status;
  }
}

const TEXTS: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address in use',
  EADDRNOTAVAIL: 'Address not available',
  EBADF: 'Bad file descriptor',
  EBUSY: 'Resource busy',
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EEXIST: 'File exists',
  EHOSTUNREACH: 'Host is unreachable',
  EINVAL: 'Invalid argument',
  EISDIR: 'Is a directory',
  ELOOP: 'Symbolic link loop',
  ENETDOWN: 'Network is down',
  ENOENT: 'No such file or directory',
  ENOMEM: 'Out of memory',
  ENXIO: 'No such device or address',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  EPERM: 'Operation not permitted',
  EPIPE: 'Broken pipe',
  EROFS: 'Read-only file system',
  ETIMEDOUT: 'Connection timed out',
  EXDEV: 'Cross-device link',
};

/** The system's code of an error, if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof FilesError || error instanceof NetworkError ? error.code : undefined;
}

/** An error in the words of the C library, which programs print. */
export function textOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== undefined && Object.hasOwn(TEXTS, code)) return TEXTS[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}

import { FilesError } from '@kubernats/files';
import { NetworkError } from '@kubernats/net';
import type { WireError } from './protocol.ts';

/** An error as it crosses between threads; its class is made anew on the other side. */
export function toWire(error: unknown): WireError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NetworkError) return { kind: 'NetworkError', code: error.code, message, path: '' };
  if (error instanceof FilesError) return { kind: 'FilesError', code: error.code, message, path: error.path };
  return { kind: 'Error', code: '', message, path: '' };
}

export function fromWire({ kind, code, message, path }: WireError): Error {
  if (kind === 'NetworkError') return new NetworkError(code, message);
  return kind === 'FilesError' ? new FilesError(code, path, message) : new Error(message);
}

import { basename, dirname } from 'node:path';
import { createDiskFiles } from '@kubernats/files';
import type { FileIn, TlsFiles } from '../tls-files.ts';

/** The files that the options name. */
export function tlsFilesOf({ tlsCert, tlsKey, clientCa }: { tlsCert: string; tlsKey: string; clientCa: string }): TlsFiles {
  const at = (file: string): FileIn => ({ files: createDiskFiles(dirname(file)), path: `/${basename(file)}` });
  return { certificate: at(tlsCert), privateKey: at(tlsKey), clientCa: at(clientCa) };
}

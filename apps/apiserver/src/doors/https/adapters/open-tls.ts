import { basename, dirname } from 'node:path';
import { createDiskFiles } from '@kubernats/files';
import { type FileIn, readTlsFiles, type TlsFiles } from '../tls-files.ts';
import type { TlsMaterial } from '../tls-material.ts';

/** The files that the options name. */
function tlsFilesOf({ tlsCert, tlsKey, clientCa }: { tlsCert: string; tlsKey: string; clientCa: string }): TlsFiles {
  const at = (file: string): FileIn => ({ files: createDiskFiles(dirname(file)), path: `/${basename(file)}` });
  return { certificate: at(tlsCert), privateKey: at(tlsKey), clientCa: at(clientCa) };
}

/** The same, with what they hold now. */
export async function openTls(config: Parameters<typeof tlsFilesOf>[0]): Promise<{ tlsFiles: TlsFiles } & TlsMaterial> {
  const tlsFiles = tlsFilesOf(config);
  return { tlsFiles, ...(await readTlsFiles(tlsFiles)) };
}

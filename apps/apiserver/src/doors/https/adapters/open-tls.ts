import { basename, dirname } from 'node:path';
import { createDiskFiles } from '@kubernats/files';
import type { ConfigOf } from '@kubernats/runtime';
import type { authenticationOptions } from '../../../options.ts';
import { type FileIn, readTlsFiles, type TlsFiles } from '../tls-files.ts';
import type { TlsMaterial } from '../tls-material.ts';

type Config = { tlsCert: string; tlsKey: string; clientCa: string } & Pick<
  ConfigOf<typeof authenticationOptions>,
  'requestheaderClientCaFile' | 'requestheaderAllowedNames' | 'proxyClientCertFile' | 'proxyClientKeyFile'
>;

/** The files that the options name. */
function tlsFilesOf(config: Config): TlsFiles {
  const at = (file: string): FileIn => ({ files: createDiskFiles(dirname(file)), path: `/${basename(file)}` });
  const { requestheaderClientCaFile: ca, requestheaderAllowedNames: allowedNames, proxyClientCertFile, proxyClientKeyFile } = config;
  if ((proxyClientCertFile === undefined) !== (proxyClientKeyFile === undefined)) {
    throw new Error('--proxy-client-cert-file and --proxy-client-key-file must be given together');
  }
  return {
    ...{ certificate: at(config.tlsCert), privateKey: at(config.tlsKey), clientCa: at(config.clientCa) },
    ...(ca === undefined ? {} : { requestHeader: { ca: at(ca), allowedNames } }),
    ...(proxyClientCertFile && proxyClientKeyFile
      ? { proxyClient: { certificate: at(proxyClientCertFile), privateKey: at(proxyClientKeyFile) } }
      : {}),
  };
}

/** The same, with what they hold now. */
export async function openTls(config: Config): Promise<{ tlsFiles: TlsFiles } & TlsMaterial> {
  const tlsFiles = tlsFilesOf(config);
  return { tlsFiles, ...(await readTlsFiles(tlsFiles)) };
}

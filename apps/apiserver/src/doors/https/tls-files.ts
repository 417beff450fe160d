import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Log } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import { every } from '../../every.ts';
import type { TlsMaterial } from './tls-material.ts';

/** A file, in the folder that it is in. */
export interface FileIn {
  files: Files;
  path: string;
}

/** Where the server's certificate, its key, and the authority of its clients are. */
export interface TlsFiles {
  certificate: FileIn;
  privateKey: FileIn;
  clientCa: FileIn;
}

/** How long a certificate that was renewed on the disk may wait for its first use. */
const LOOK_EVERY_MS = 2_000;

export async function readTlsFiles({ certificate, privateKey, clientCa }: TlsFiles): Promise<TlsMaterial> {
  const text = async ({ files, path }: FileIn) => new TextDecoder().decode(await files.read(path));
  const [certificatePem, privateKeyPem, clientCaPem] = await Promise.all([text(certificate), text(privateKey), text(clientCa)]);
  return { certificatePem, privateKeyPem, clientCaPem };
}

/**
 * Looks at the files again and again, and hands over what has changed in them. A pair of which one half is new and the other is not yet is left for the next
 * look; what cannot be used is told of once, and the server goes on with what it has. Call the result to end.
 */
export function followTlsFiles(
  deps: { clock: Clock; log: Log },
  files: TlsFiles,
  current: TlsMaterial,
  renew: (material: TlsMaterial) => void,
): () => Promise<void> {
  let used = current;
  let told = '';
  const look = async (): Promise<void> => {
    const found = await readTlsFiles(files);
    if (textOf(found) === textOf(used) || !isPair(found)) return;
    renew(found);
    used = found;
    const expires = new X509Certificate(found.certificatePem).validTo;
    deps.log.info({ expires }, 'new connections use the certificates that are in the files now');
  };
  const lookOnce = async (): Promise<void> => {
    try {
      await look();
      told = '';
    } catch (error) {
      const what = String(error);
      if (what !== told) deps.log.error({ error }, 'the certificates in the files cannot be used; those that are in use stay so');
      told = what;
    }
  };
  return every(deps, LOOK_EVERY_MS, lookOnce, 'the files of certificates could not be looked at');
}

const textOf = ({ certificatePem, privateKeyPem, clientCaPem }: TlsMaterial): string =>
  [certificatePem, privateKeyPem, clientCaPem].join('\n');

const isPair = ({ certificatePem, privateKeyPem }: TlsMaterial): boolean =>
  new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem));

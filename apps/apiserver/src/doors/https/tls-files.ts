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

/** Where the server's certificate, its key, and the authority of its clients are; and the same of front proxies, where there are such. */
export interface TlsFiles {
  certificate: FileIn;
  privateKey: FileIn;
  clientCa: FileIn;
  requestHeader?: { ca: FileIn; allowedNames: readonly string[] } | undefined;
  proxyClient?: { certificate: FileIn; privateKey: FileIn } | undefined;
}

/** How long a certificate that was renewed on the disk may wait for its first use. */
const LOOK_EVERY_MS = 2_000;

export async function readTlsFiles({ certificate, privateKey, clientCa, requestHeader, proxyClient }: TlsFiles): Promise<TlsMaterial> {
  const text = async ({ files, path }: FileIn) => new TextDecoder().decode(await files.read(path));
  const pair = async (of: { certificate: FileIn; privateKey: FileIn }) => {
    const [certificatePem, privateKeyPem] = await Promise.all([text(of.certificate), text(of.privateKey)]);
    return { certificatePem, privateKeyPem };
  };
  const [own, clientCaPem, caPem, client] = await Promise.all([
    pair({ certificate, privateKey }),
    text(clientCa),
    requestHeader && text(requestHeader.ca),
    proxyClient && pair(proxyClient),
  ]);
  return {
    ...own,
    clientCaPem,
    ...(requestHeader && caPem !== undefined ? { requestHeader: { caPem, allowedNames: requestHeader.allowedNames } } : {}),
    ...(client ? { proxyClient: client } : {}),
  };
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
    if (textOf(found) === textOf(used) || !isPair(found) || (found.proxyClient && !isPair(found.proxyClient))) return;
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

const textOf = ({ certificatePem, privateKeyPem, clientCaPem, requestHeader, proxyClient }: TlsMaterial): string =>
  JSON.stringify([certificatePem, privateKeyPem, clientCaPem, requestHeader?.caPem, proxyClient]);

const isPair = ({ certificatePem, privateKeyPem }: Pick<TlsMaterial, 'certificatePem' | 'privateKeyPem'>): boolean =>
  new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem));

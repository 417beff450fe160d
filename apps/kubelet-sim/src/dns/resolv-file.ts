import type { Container } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import type { Mount } from '@kubernats/containers';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { type PodDns, resolvConfText } from './pod-dns.ts';

const RESOLV_CONF = '/etc/resolv.conf';

/** The file, in memory: one for all containers of the Pod. */
export async function makeResolvFile(clock: Clock, dns: PodDns): Promise<Files> {
  const folder = createMemoryFiles(clock);
  await folder.write('/resolv.conf', Buffer.from(resolvConfText(dns)));
  return folder.scope('/resolv.conf');
}

/** Its mount into a container; none where the container mounts something there itself. */
export function resolvMount(file: Files, { volumeMounts = [] }: Container): Mount[] {
  return volumeMounts.some(({ mountPath }) => mountPath === RESOLV_CONF) ? [] : [{ path: RESOLV_CONF, files: file, readOnly: false }];
}

/** What a node's own disk says, or else the machine's file. */
export async function nodeResolvConf(disk: Files, machine: string): Promise<string> {
  if ((await disk.stat(RESOLV_CONF))?.kind !== 'file') return machine;
  return Buffer.from(await disk.read(RESOLV_CONF)).toString('utf8');
}

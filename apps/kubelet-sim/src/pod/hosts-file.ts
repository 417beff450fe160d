// A Pod's /etc/hosts. Source: Kubernetes, "Adding entries to Pod /etc/hosts with HostAliases".
import type { Container, Pod } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import type { Mount } from '@kubernats/containers';
import { createMemoryFiles, type Files } from '@kubernats/files';
import { type PodHostname, podHostname } from './hostname.ts';

const HOSTS = '/etc/hosts';
const LOCAL = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

/** The file's text. A Pod on the network of its node has the node's own file (`nodeHosts`), and its aliases. */
export function hostsFile({ spec }: Pod, ip: string, { name, fqdn }: PodHostname, nodeHosts: string): string {
  const head = spec?.hostNetwork
    ? `# Kubernetes-managed hosts file (host network).\n${nodeHosts}`
    : ['# Kubernetes-managed hosts file.', ...LOCAL, [ip, ...(fqdn === undefined ? [] : [fqdn]), name].join('\t'), ''].join('\n');
  const aliases = spec?.hostAliases ?? [];
  if (aliases.length === 0) return head;
  return [
    `${head}\n# Entries added by HostAliases.`,
    ...aliases.map((alias) => [alias.ip, ...(alias.hostnames ?? [])].join('\t')),
    '',
  ].join('\n');
}

/** The file, in memory: one for all containers of the Pod. `node` is the node's disk. */
export async function makeHostsFile(
  clock: Clock,
  disk: Files,
  pod: Pod,
  ip: string,
  node: { name: string; ip: string; clusterDomain: string },
): Promise<Files> {
  const own = pod.spec?.hostNetwork && (await disk.stat(HOSTS))?.kind === 'file' ? await disk.read(HOSTS) : undefined;
  const nodeHosts = own ? Buffer.from(own).toString('utf8') : `127.0.0.1\tlocalhost\n${node.ip}\t${node.name}\n`;
  const folder = createMemoryFiles(clock);
  await folder.write('/hosts', Buffer.from(hostsFile(pod, ip, podHostname(pod, node.name, node.clusterDomain), nodeHosts)));
  return folder.scope('/hosts');
}

/** Its mount into a container; none where the container mounts something there itself. */
export function hostsMount(file: Files, { volumeMounts = [] }: Container): Mount[] {
  return volumeMounts.some(({ mountPath }) => mountPath === HOSTS) ? [] : [{ path: HOSTS, files: file, readOnly: false }];
}

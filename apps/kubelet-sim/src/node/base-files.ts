import type { Files } from '@kubernats/files';

const FOLDERS = [
  ...['/etc', '/home', '/mnt', '/opt', '/root', '/run', '/srv', '/usr/lib'],
  ...['/var/lib/kubelet/pods', '/var/log/containers', '/var/log/pods'],
];
/** Everybody may write there. */
const OPEN_FOLDERS = ['/tmp', '/var/tmp'];

/** What a node says it runs: `nodeInfo.osImage`, and the PRETTY_NAME of its /etc/os-release. */
export const OS_IMAGE = 'kubernats';

/** What every machine has on its disk, so that a `hostPath` of `/` or `/etc` shows a node. What is there already stays as it is. Source: hier(7), os-release(5). */
export async function layBaseFiles(disk: Files, node: { name: string; ip: string }): Promise<void> {
  for (const path of [...FOLDERS, ...OPEN_FOLDERS]) {
    if (disk.lookup(path)) continue;
    await disk.mkdir(path, { recursive: true, mode: OPEN_FOLDERS.includes(path) ? 0o1777 : 0o755 });
  }
  const texts = {
    '/etc/hostname': `${node.name}\n`,
    '/etc/hosts': `127.0.0.1\tlocalhost\n${node.ip}\t${node.name}\n`,
    '/usr/lib/os-release': `NAME="kubernats"\nID=kubernats\nPRETTY_NAME="${OS_IMAGE}"\n`,
  };
  for (const [path, text] of Object.entries(texts)) {
    if (!disk.lookup(path)) await disk.write(path, new TextEncoder().encode(text), { mode: 0o644 });
  }
  // Relative, so that a person who looks into the folder from outside is led to no folder of the machine.
  const links = { '/etc/os-release': '../usr/lib/os-release', '/var/run': '../run' };
  for (const [path, target] of Object.entries(links)) if (!disk.lookup(path)) await disk.symlink(target, path);
}

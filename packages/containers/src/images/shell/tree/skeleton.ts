import { FilesError } from '@kubernats/files';
import { repositoryOf } from '../../../image.ts';
import type { System } from '../system.ts';

const FOLDERS = [
  '/bin',
  '/dev',
  '/etc',
  '/home',
  '/mnt',
  '/opt',
  '/root',
  '/run',
  '/sbin',
  '/srv',
  '/tmp',
  '/usr/bin',
  '/usr/local/bin',
  '/usr/sbin',
];
const MORE_FOLDERS = ['/var/lib', '/var/log', '/var/run', '/var/tmp'];
const encoder = new TextEncoder();

/**
 * Makes the folders and files that every image has, unless they are there of the image's own. Volumes are left as they are, and a root that
 * cannot be written to is taken as it is.
 */
export async function prepare(system: System): Promise<void> {
  const { files, mounts, network, workingDir } = system.context;
  const isVolume = (path: string): boolean =>
    mounts.some((mount) => path === mount.path || path.startsWith(`${mount.path.replace(/\/$/, '')}/`));
  const attempt = async (path: string, work: () => Promise<void>): Promise<void> => {
    if (isVolume(path)) return;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof FilesError)) throw error;
    }
  };
  for (const folder of [...FOLDERS, ...MORE_FOLDERS]) await attempt(folder, () => files.mkdir(folder, { recursive: true }));
  const provide = (path: string, text: string): Promise<void> =>
    attempt(path, async () => {
      if (!(await files.stat(path))) await files.write(path, encoder.encode(text));
    });
  const { hostname } = system;
  await provide('/etc/hostname', `${hostname}\n`);
  await provide('/etc/hosts', `127.0.0.1\tlocalhost\n${network.ip}\t${hostname}\n`);
  await provide('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n');
  await provide('/etc/group', 'root:x:0:\nnobody:x:65534:\n');
  await provide('/etc/os-release', osRelease(repositoryOf(system.context.image)));
  if (workingDir) await attempt(workingDir, () => files.mkdir(workingDir, { recursive: true }));
}

const SYSTEMS: Readonly<Record<string, string>> = {
  alpine: 'NAME="Alpine Linux"\nID=alpine\nPRETTY_NAME="Alpine Linux (simulated)"\n',
  debian: 'PRETTY_NAME="Debian GNU/Linux (simulated)"\nNAME="Debian GNU/Linux"\nID=debian\n',
  ubuntu: 'PRETTY_NAME="Ubuntu (simulated)"\nNAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n',
};

function osRelease(repository: string): string {
  return SYSTEMS[repository] ?? 'NAME="kubernats"\nID=kubernats\nPRETTY_NAME="kubernats (simulated)"\n';
}

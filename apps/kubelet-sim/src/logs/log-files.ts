import type { Files } from '@kubernats/files';

/** One file of a run's log, and its place among all bytes that the run has written. */
export interface LogSegment {
  path: string;
  start: number;
  size: number;
}

/** A Pod's log folder on the node. */
export function podLogFolder(pod: { namespace: string; name: string; uid: string }): string {
  return `/var/log/pods/${pod.namespace}_${pod.name}_${pod.uid}`;
}

/** A container's. */
export function logFolder(pod: { namespace: string; name: string; uid: string }, container: string): string {
  return `${podLogFolder(pod)}/${container}`;
}

/** The files of a run, whose file at the time is `path`, in the order of their writing. Those that were there before it are named after the time of their rotation. */
export async function segmentsOf(files: Files, path: string): Promise<LogSegment[]> {
  const { folder, name } = split(path);
  if (!(await files.stat(folder))) return [];
  const rotated = (await files.list(folder)).filter((each) => each.startsWith(`${name}.`)).sort();
  const segments: LogSegment[] = [];
  let start = 0;
  for (const each of [...rotated, name]) {
    const stat = await files.stat(`${folder}/${each}`);
    if (!stat) continue;
    segments.push({ path: `${folder}/${each}`, start, size: stat.sizeBytes });
    start += stat.sizeBytes;
  }
  return segments;
}

/** `0.log` → `0.log.20260101-000000`, as the kubelet names it; of several in one second the later ones get a number. `last` is the one before. */
export function rotatedPath(path: string, atMs: number, last: string | undefined): string {
  const [day = '', time = ''] = new Date(atMs).toISOString().slice(0, 19).replace(/[-:]/g, '').split('T');
  const plain = `${path}.${day}-${time}`;
  if (last === undefined || !last.startsWith(plain)) return plain;
  const number = Number(last.slice(plain.length + 1)) + 1;
  return `${plain}.${String(number).padStart(3, '0')}`;
}

/** Removes the logs of all runs before this one. */
export async function removeRunsBefore(files: Files, folder: string, run: number): Promise<void> {
  if (!(await files.stat(folder))) return;
  for (const name of await files.list(folder)) {
    const of = /^(\d+)\.log(?:\.|$)/.exec(name)?.[1];
    if (of !== undefined && Number(of) < run) await files.remove(`${folder}/${name}`);
  }
}

function split(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf('/');
  return { folder: path.slice(0, slash) || '/', name: path.slice(slash + 1) };
}

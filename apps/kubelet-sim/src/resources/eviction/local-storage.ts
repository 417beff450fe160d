import type { Pod } from '@kubernats/api';
import { parseQuantity, type Quantity, quantityValue } from '@kubernats/apimachinery';
import { type Files, FilesError } from '@kubernats/files';
import { logFolder } from '../../logs/log-files.ts';
import { namesOf } from '../../pod/pod-context.ts';
import type { PodWorker } from '../../pod/pod-worker.ts';
import { rootsOf } from '../../volumes/container-root.ts';

const RESOURCE = 'ephemeral-storage';

/** Bytes on the node's disk, by name. */
export interface DiskUse {
  /** The Pod's own. */
  volumes: ReadonlyMap<string, number>;
  /** What containers wrote beside their volumes, and their logs. */
  containers: ReadonlyMap<string, number>;
}

/** Whether anything of the Pod's use of the disk is limited: only such Pods are looked at. */
export function limitsStorage({ spec }: Pod): boolean {
  return (
    spec?.volumes?.some(({ emptyDir }) => quantityValue(emptyDir?.sizeLimit) > 0) === true ||
    spec?.containers.some(({ resources }) => resources?.limits?.[RESOURCE] !== undefined) === true
  );
}

/** Looks at the node's disk. A Pod that is only told of has nothing there. */
export async function diskUseOf(worker: Pick<PodWorker, 'pod' | 'files' | 'volumeUsage'>): Promise<DiskUse> {
  const { pod, files } = worker;
  const names = namesOf(pod);
  const volumes = new Map((await worker.volumeUsage()).map(({ name, bytes }) => [name, bytes]));
  const containers = new Map<string, number>();
  if (!files) return { volumes, containers };
  for (const { name } of pod.spec?.containers ?? []) {
    const written = await sizeOf(files, rootsOf(names.uid, name));
    containers.set(name, written + (await sizeOf(files, logFolder(names, name))));
  }
  return { volumes, containers };
}

/** A container that has written nothing has no folder. */
async function sizeOf(files: Files, path: string): Promise<number> {
  try {
    return await files.usage(path);
  } catch (error) {
    if (error instanceof FilesError && error.code === 'ENOENT') return 0;
    throw error;
  }
}

/** Why a Pod has to go for what it keeps on the disk, word for word as the kubelet says it; undefined: it may stay. Pure. */
export function storageExcess({ spec }: Pod, use: DiskUse): string | undefined {
  for (const { name, emptyDir } of spec?.volumes ?? []) {
    const limit = emptyDir?.sizeLimit;
    if (quantityValue(limit) > 0 && (use.volumes.get(name) ?? 0) > quantityValue(limit)) {
      return `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit "${parseQuantity(limit ?? '')}". `;
    }
  }
  let total: Quantity | undefined;
  for (const { resources } of spec?.containers ?? []) {
    const limit = resources?.limits?.[RESOURCE];
    if (limit !== undefined) total = (total ?? parseQuantity('0')).add(parseQuantity(limit));
  }
  if (!total) return undefined;
  const onDisk = (spec?.volumes ?? []).filter(({ emptyDir }) => emptyDir && emptyDir.medium !== 'Memory');
  let used = onDisk.reduce((sum, { name }) => sum + (use.volumes.get(name) ?? 0), 0);
  for (const bytes of use.containers.values()) used += bytes;
  if (used > total.value()) return `Pod ephemeral local storage usage exceeds the total limit of containers ${total}. `;
  for (const { name, resources } of spec?.containers ?? []) {
    const limit = resources?.limits?.[RESOURCE];
    if (limit !== undefined && (use.containers.get(name) ?? 0) > quantityValue(limit)) {
      return `Container ${name} exceeded its local ephemeral storage limit "${parseQuantity(limit)}". `;
    }
  }
  return undefined;
}

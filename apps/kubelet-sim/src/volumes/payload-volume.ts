import type { Pod } from '@kubernats/api';
import { createMemoryFiles } from '@kubernats/files';
import { ConfigError } from '../env/sources.ts';
import { type Payload, samePayload, writePayload } from './payload.ts';
import { MountError, type PreparedVolume, type VolumeContext } from './volume.ts';

/** What a volume is to show now. */
export interface Gathered {
  payload: Payload;
  /** When it gets old by itself: a token does. */
  refreshAtMs?: number | undefined;
}

/**
 * A volume whose files the node writes, and writes anew when `gather` brings others. Containers only read them. It lives in memory, as a kubelet
 * has Secrets and tokens on a tmpfs: they are never on a disk, and hundreds of Pods start without a folder of theirs.
 */
export async function payloadVolume(context: VolumeContext, gather: (pod: Pod) => Promise<Gathered>): Promise<PreparedVolume> {
  const look = (pod: Pod): Promise<Gathered> =>
    gather(pod).catch((error: unknown) => {
      throw error instanceof ConfigError ? new MountError(error.message) : error;
    });
  let { payload, refreshAtMs } = await look(context.pod);
  const folder = createMemoryFiles(context.clock);
  await writePayload(folder, payload, context.clock.now());
  return {
    files: folder.scope('/', { readOnly: true }),
    ofNode: folder,
    get refreshAtMs() {
      return refreshAtMs;
    },
    async refresh(pod) {
      const next = await look(pod);
      refreshAtMs = next.refreshAtMs;
      if (samePayload(payload, next.payload)) return;
      await writePayload(folder, next.payload, context.clock.now());
      payload = next.payload;
    },
  };
}

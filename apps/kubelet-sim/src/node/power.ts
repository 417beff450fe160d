import type { Node } from '@kubernats/api';
import type { Timer } from '@kubernats/clock';
import type { NodeResources } from '@kubernats/containers';
import type { NodeImages } from '../images/node-images.ts';
import type { PodContext } from '../pod/pod-context.ts';
import type { PodWorker } from '../pod/pod-worker.ts';
import type { MemoryPressure } from '../resources/eviction/memory-pressure.ts';
import type { StorageWatch } from '../resources/eviction/storage-watch.ts';
import type { NodeRow } from '../stages/node-row.ts';
import type { Told } from '../stages/node-story.ts';
import type { Fidelity } from './fidelity.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { IpPool } from './ip-pool.ts';
import type { NodeReporter } from './node-reporter.ts';
import type { Silence } from './silence.ts';

/** What a node that is switched on has, from its boot to the cut of its power. */
export interface Power {
  off: AbortController;
  /** Another one at each boot. A kubelet process that is started again is a boot as well: what ran in its containers is gone. */
  bootId: string;
  bootedAtMs: number;
  machineId: string;
  /** What a table makes this boot go through, and what that means now. */
  story: readonly NodeRow[];
  told: Told;
  contexts: Map<Fidelity, PodContext>;
  /** Its CPU and memory, and who uses how much of them. */
  resources: NodeResources;
  pressure: MemoryPressure;
  storage: StorageWatch;
  /** By uid. */
  workers: Map<string, PodWorker>;
  /** By namespace and name: of two, the one that came last. */
  byName: Map<string, PodWorker>;
  addresses: IpPool | undefined;
  images: NodeImages;
  /** Set while the API has yet to be told of an image. */
  imagesTimer: Timer | undefined;
  node: Node | undefined;
  /** Extended resources to take back. */
  dropped: readonly string[];
  heartbeat: Heartbeat | undefined;
  /** It holds the Lease, and its labels are up to date. */
  isRegistered: boolean;
  /** The API has heard of this boot. */
  hasPosted: boolean;
  done: Promise<void>;
  silence: Silence;
  reporter: NodeReporter | undefined;
}

import type { Pod, Volume } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { PageOwners } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import type { PodPlace } from '../env/fields.ts';
import type { Sources } from '../env/sources.ts';

/** Why a volume cannot be mounted (yet): the Pod waits, with an event. The message follows `MountVolume.SetUp failed for volume "x" : `. */
export class MountError extends Error {
  override readonly name = 'MountError';
  /** Looks whether what is missing has come meanwhile; absent where that is heard of in another way. */
  readonly hasCome: (() => Promise<boolean>) | undefined;
  constructor(message: string, hasCome?: () => Promise<boolean>) {
    super(message);
    this.hasCome = hasCome;
  }
}

/** What a node gives to the volumes of a Pod. */
export interface VolumeDeps {
  /** The node's whole disk. */
  node: Files;
  nodeName: string;
  /** The same with what is joined to it by hand: what `hostPath` leads into. */
  tree(): Promise<Files>;
  /** A `hostPath` without a type that is not there: is waited for, or made, as on most real nodes. */
  missingHostPaths: 'wait' | 'create';
  /** Storage that every node sees: network shares. */
  shared: Files | undefined;
  client: Client;
  clock: Clock;
  sources: Sources;
  place: PodPlace;
}

/** What a kind of volume gets to make its folder. */
export interface VolumeContext extends VolumeDeps {
  pod: Pod;
  volume: Volume;
  /** A folder of the Pod's own for this volume; made on demand, removed with the Pod. */
  own(plugin: string, mode?: number): Promise<Files>;
}

/** A volume that can be mounted. */
export interface PreparedVolume {
  files: Files;
  /** The same, where the node may write and containers may not. */
  ofNode?: Files;
  /** Brings the content up to date with the Pod and what it refers to. Absent: the content is not the node's. Throws `MountError`. */
  refresh?(pod: Pod): Promise<void>;
  /** When a refresh is due even if nothing changes. */
  readonly refreshAtMs?: number | undefined;
  /** Counts as memory. */
  inMemory?: boolean;
  /** Who pays for that, where containers write to it. */
  pageOwners?: PageOwners;
}

/** One kind of volume: the field of `Volume` that it answers to, and how its folder comes to be. Throws `MountError`. */
export interface VolumePlugin {
  field: keyof Volume;
  setUp(context: VolumeContext): Promise<PreparedVolume>;
}

import type { Pod, Volume } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';
import type { PodPlace } from '../env/fields.ts';
import type { Sources } from '../env/sources.ts';

/** Why a volume cannot be mounted (yet): the Pod waits, with an event. The message follows `MountVolume.SetUp failed for volume "x" : `. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

/** What a node gives to the volumes of a Pod. */
export interface VolumeDeps {
  /** The node's whole disk. */
  node: Files;
  nodeName: string;
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
  own(plugin: string): Promise<Files>;
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
}

/** One kind of volume: the field of `Volume` that it answers to, and how its folder comes to be. Throws `MountError`. */
export interface VolumePlugin {
  field: keyof Volume;
  setUp(context: VolumeContext): Promise<PreparedVolume>;
}

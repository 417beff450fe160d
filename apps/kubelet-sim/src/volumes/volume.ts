import type { Pod, Volume } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import type { Files } from '@kubernats/files';
import type { PodPlace } from '../env/fields.ts';
import type { Sources } from '../env/sources.ts';

/** Why a volume cannot be mounted (yet): the Pod waits, with an event. The message follows `MountVolume.SetUp failed for volume "x" : `. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

/** What a kind of volume gets to make its folder. */
export interface VolumeContext {
  pod: Pod;
  volume: Volume;
  /** The node's whole disk. */
  node: Files;
  nodeName: string;
  /** A folder of the Pod's own for this volume; made on demand, removed with the Pod. */
  own(plugin: string): Promise<Files>;
  /** Storage that every node sees: network shares. */
  shared: Files | undefined;
  client: Client;
  sources: Sources;
  place: PodPlace;
}

/** One kind of volume: the field of `Volume` that it answers to, and how its folder comes to be. Throws `MountError`. */
export interface VolumePlugin {
  field: keyof Volume;
  setUp(context: VolumeContext): Promise<Files>;
}

import type { PersistentVolumeClaim, Pod, Volume } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import type { Clock } from '@kubernats/clock';
import type { PageOwners } from '@kubernats/containers';
import type { Files } from '@kubernats/files';
import type { PodPlace } from '../env/fields.ts';
import type { Sources } from '../env/sources.ts';
import type { NodeStorage } from './storage/node-storage.ts';

/** Where in a message a mount that failed is told of. */
export interface MountFailure {
  /** Looks whether what is missing has come meanwhile; absent where that is heard of in another way. */
  hasCome?: (() => Promise<boolean>) | undefined;
  /** What failed. Default: `MountVolume.SetUp`. */
  step?: string;
  /** The volume's name, where that is not the Pod's own for it: a PersistentVolume's. */
  volume?: string;
}

/** Why a volume cannot be mounted (yet): the Pod waits, with an event. The message follows `MountVolume.SetUp failed for volume "x" : `. */
export class MountError extends Error {
  override readonly name = 'MountError';
  readonly failure: MountFailure;
  constructor(message: string, failure: MountFailure = {}) {
    super(message);
    this.failure = failure;
  }
}

/** It cannot be told which volume is meant (yet). The message ends the one of `Unable to attach or mount volumes`. */
export class UnprocessedVolumeError extends Error {
  override readonly name = 'UnprocessedVolumeError';
}

/** The volume is not attached to the node (yet): the Pod waits, and nothing is said until that takes long. */
export class UnattachedVolumeError extends Error {
  override readonly name = 'UnattachedVolumeError';
}

/** What a node gives to the volumes of a Pod. */
export interface VolumeDeps {
  /** The node's whole disk; undefined where containers see no files, and only what a Pod's claims need of the cluster is done. */
  node: Files | undefined;
  nodeName: string;
  /** The same with what is joined to it by hand: what `hostPath` leads into. */
  tree(): Promise<Files>;
  /** A `hostPath` without a type that is not there: is waited for, or made, as on most real nodes. */
  missingHostPaths: 'wait' | 'create';
  /** The volumes of back ends. */
  storage: NodeStorage;
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
  /** What was missing may be there now. */
  changed(): void;
  /** An event of the Pod, or of its claim. */
  tell(reason: string, message: string, claim?: PersistentVolumeClaim): void;
}

/** A volume that can be mounted. */
export interface PreparedVolume {
  files: Files;
  /** The same, where the node may write and containers may not. */
  ofNode?: Files;
  /** Brings the content up to date with the Pod and what it refers to. Absent: the content is not the node's. Throws `MountError`. */
  refresh?(pod: Pod): Promise<void>;
  /** The claim behind it has changed: it may hold more now. */
  claimChanged?(): Promise<void>;
  /** When a refresh is due even if nothing changes. */
  readonly refreshAtMs?: number | undefined;
  /** Counts as memory. */
  inMemory?: boolean;
  /** Who pays for that, where containers write to it. */
  pageOwners?: PageOwners;
}

/** One kind of volume: the field of `Volume` that it answers to, and how its folder comes to be. */
export interface VolumePlugin {
  field: keyof Volume;
  /** Throws `MountError`, `UnprocessedVolumeError` or `UnattachedVolumeError`. */
  setUp(context: VolumeContext): Promise<PreparedVolume>;
}

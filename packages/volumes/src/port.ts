import type { PersistentVolumeSpec } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import type { Files } from '@kubernats/files';

/** What a back end could not do. The message goes into events as it is. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  /** Looks whether what is missing has come meanwhile; absent where trying again is all that can be done. */
  readonly hasCome: (() => Promise<boolean>) | undefined;
  constructor(message: string, hasCome?: () => Promise<boolean>) {
    super(message);
    this.hasCome = hasCome;
  }
}

/** A node did not say whether it did what it was asked: it may have. */
export class NodeSilentError extends BackendError {}

/** A volume as its back end knows it. Source: the Container Storage Interface, "Terminology" and "volume_context". */
export interface VolumeRef {
  /** Unique among the volumes of its back end and driver. Any text: who makes a path of it escapes it. */
  readonly handle: string;
  /** Whose volume it is, where that is another driver than the back end's own: two clouds may call two disks the same. */
  readonly driver?: string | undefined;
  /** What the back end needs to find it, beside the handle: from `create`, or from whoever wrote the PersistentVolume. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What its volumes can do. */
export interface BackendTraits {
  /** A node can mount a volume only after it was attached to it, and it is attached to one node at a time. */
  readonly attach: boolean;
  /** A volume lies on the node that it was made on: no other node can mount it. */
  readonly onNode: boolean;
  /** The access modes that a claim may ask of a new volume. */
  readonly accessModes: readonly string[];
  /** Whether volumes can grow, and whether they can while they are mounted. */
  readonly expansion: 'none' | 'offline' | 'online';
}

/** What is asked of a new volume. */
export interface CreateVolume {
  /** The name of the PersistentVolume to be, unique for all time: asked again with the same name, the same volume is meant. */
  readonly name: string;
  /** As in the `VolumeRef` to be. */
  readonly driver?: string | undefined;
  readonly capacityBytes: number;
  /** The class's own. What the back end does not know is refused. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The node of the claim's first Pod; undefined where the class does not wait for it. */
  readonly node: string | undefined;
}

export interface CreatedVolume extends VolumeRef {
  /** What it holds: at least what was asked for. */
  readonly capacityBytes: number;
  /** The node that it lies on, where that matters. */
  readonly node?: string;
  /** How the PersistentVolume says where it is. Default: `csi`, with the driver's name, the handle and the attributes. */
  readonly source?: Partial<PersistentVolumeSpec>;
}

/** What a back end has while it makes, removes and attaches volumes: in one place of the cluster. */
export interface ControllerSide {
  /** The back end's own folder in the storage that lies outside of all nodes, and that each of them reaches. */
  readonly storage: Files;
  readonly clock: Clock;
  /** The disk of a node, as far as volumes lie on it. Throws `BackendError` while the node does not answer. */
  node(name: string): NodeDisk;
}

/** Volumes on a node's own disk, in `VOLUMES_FOLDER`. */
export interface NodeDisk {
  /** Makes the volume's folder; there already is fine. Gives back its path on the node. */
  make(handle: string): Promise<string>;
  /** Removes it with all that is in it; absent is fine. */
  remove(handle: string): Promise<void>;
}

/** Where a node keeps the volumes that were made on it. */
export const VOLUMES_FOLDER = '/var/lib/kubernats/volumes';

/** What a back end has on a node. */
export interface NodeSide {
  readonly name: string;
  /** As on the controller's side. */
  readonly storage: Files;
  readonly clock: Clock;
  /** What the volume to be mounted may hold; undefined: there is no border. Enforced by the caller; for a back end that fetches what is in it. */
  readonly capacityBytes?: number | undefined;
  /** A path of the node, checked or made as a `hostPath` of the type is. Throws `BackendError`. */
  path(path: string, type: string): Promise<Files>;
  /** A folder on the node for this mount alone; gone after `unmount`. */
  folder(): Promise<Files>;
}

/**
 * V5: a kind of storage. Every call may come twice, and again after a crash in the middle: it then finishes what was begun. Calls for one volume on one
 * side never overlap. Errors that a person should read are `BackendError`s. Source: the Container Storage Interface.
 */
export interface StorageBackend {
  readonly name: string;
  /** The provisioners, or CSI drivers, that it stands for, beside `<name>.kubernats.dev`. */
  readonly drivers: readonly string[];
  readonly traits: BackendTraits;
  /** Which of a class's parameters do nothing here, though real drivers know them: a person should be told (R1). Absent: there are none. */
  parametersWithoutEffect?(parameters: Readonly<Record<string, string>>): readonly string[];
  create(request: CreateVolume, side: ControllerSide): Promise<CreatedVolume>;
  /** Removes the volume and all its data; absent is fine. */
  delete(volume: VolumeRef, side: ControllerSide): Promise<void>;
  /** Lets the volume hold more. The answer: whether the node has something to do as well, when it has it mounted. */
  expand(volume: VolumeRef, capacityBytes: number, side: ControllerSide): Promise<{ onNode: boolean }>;
  /** Changes what a VolumeAttributesClass may change; throws for what it does not know. Absent: nothing can be changed. Source: `ControllerModifyVolume`. */
  modify?(volume: VolumeRef, parameters: Readonly<Record<string, string>>, side: ControllerSide): Promise<void>;
  /** Gives the volume to a node; settles when the node can see it. Refuses when it is attached to another one. */
  attach(volume: VolumeRef, node: string, side: ControllerSide): Promise<void>;
  /** Takes it away from the node, whether or not that has it mounted. */
  detach(volume: VolumeRef, node: string, side: ControllerSide): Promise<void>;
  /** The volume's folder, on a node; sizes and read-only mounts are the caller's to enforce. */
  mount(volume: VolumeRef, side: NodeSide): Promise<Files>;
  /** The last Pod of the node that used it is gone. */
  unmount(volume: VolumeRef, side: NodeSide): Promise<void>;
}

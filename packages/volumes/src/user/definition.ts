import type { Files } from '@kubernats/files';
import { folderName } from '../folder-name.ts';
import type { BackendTraits, ControllerSide, CreateVolume, NodeSide, VolumeRef } from '../port.ts';

/** What `create` may say of the new volume. What it leaves out is as it was asked for. */
export interface NewVolume {
  /** Unique among the back end's volumes. Default: the name of the PersistentVolume. */
  handle?: string;
  /** What `mount` and the others need to know of it. Default: the class's parameters. */
  attributes?: Readonly<Record<string, string>>;
  /** At least what was asked for. */
  capacityBytes?: number;
  /** The node that it lies on; for back ends with the trait `onNode`. Default: the node that it was asked for. */
  node?: string;
}

/**
 * A storage back end, as its author writes it. Only the name is needed: volumes are then folders of `side.storage`, which all nodes reach. Every call may
 * come twice, and again after a crash in the middle; calls for one volume never overlap. Throw a `BackendError` for what the user should read in an event.
 */
export interface StorageBackendDefinition {
  /** Lower-case letters, digits and dashes. Its driver and provisioner is `<name>.kubernats.dev`. */
  readonly name: string;
  /** Other drivers (provisioners) that it stands for. */
  readonly drivers?: readonly string[];
  /** The parameters of a StorageClass that it knows; others are refused. Default: `create` looks at them itself. */
  readonly parameters?: readonly string[];
  /**
   * What its volumes can do. Default: `attach` where there is a function `attach`; not `onNode`; all access modes (of one node where they are attached);
   * `expansion: 'online'`.
   */
  readonly traits?: Partial<BackendTraits>;
  /** Makes a volume. Default: its folder. */
  create?(request: CreateVolume, side: ControllerSide): Promise<NewVolume | void> | NewVolume | void;
  /** Removes a volume with all its data; absent is fine. Default: removes its folder. */
  delete?(volume: VolumeRef, side: ControllerSide): Promise<void> | void;
  /** Lets a volume hold more. `onNode`: a node that has it mounted is to let more into it; default, as the size is enforced there. */
  expand?(volume: VolumeRef, capacityBytes: number, side: ControllerSide): Promise<{ onNode: boolean } | void> | { onNode: boolean } | void;
  /** Changes what a VolumeAttributesClass asks for; refuses what it does not know. Default: nothing can be changed. */
  modify?(volume: VolumeRef, parameters: Readonly<Record<string, string>>, side: ControllerSide): Promise<void> | void;
  /** Gives a volume to a node. Default: nothing has to be done. */
  attach?(volume: VolumeRef, node: string, side: ControllerSide): Promise<void> | void;
  /** Takes it away from the node. Default: nothing has to be done. */
  detach?(volume: VolumeRef, node: string, side: ControllerSide): Promise<void> | void;
  /** The folder that containers see. Sizes and read-only mounts are enforced around it. Default: the volume's folder. */
  mount?(volume: VolumeRef, side: NodeSide): Promise<Files> | Files;
  /** The last Pod of the node that used it is gone. Default: nothing has to be done. */
  unmount?(volume: VolumeRef, side: NodeSide): Promise<void> | void;
}

/** Declares a storage back end; it exists for its types. */
export function defineStorageBackend(definition: StorageBackendDefinition): StorageBackendDefinition {
  return definition;
}

/** Where a volume has its folder, unless the back end keeps it elsewhere. */
export const pathOfVolume = ({ handle }: Pick<VolumeRef, 'handle'>): string => `/volumes/${folderName(handle)}`;

/** A volume's own folder in the back end's storage: made where it is missing, and removed by the default `delete`. */
export async function volumeFolder(volume: Pick<VolumeRef, 'handle'>, side: Pick<NodeSide, 'storage'>): Promise<Files> {
  const path = pathOfVolume(volume);
  await side.storage.mkdir(path, { recursive: true });
  return side.storage.scope(path, { pinned: true });
}

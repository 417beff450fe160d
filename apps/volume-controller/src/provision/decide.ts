import {
  type Node,
  type NodeSelectorTerm,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
  storageClassOf,
  type VolumeAttributesClass,
} from '@kubernats/api';
import { quantityValue } from '@kubernats/apimachinery';
import { type CreateVolume, csiDriverFor, driverOfProvisioner, otherDriver, type StorageBackend } from '@kubernats/volumes';
import { PROVISIONER_FINALIZER, PROVISIONERS, PROVISIONING_NODE, SELECTED_NODE } from '../annotations.ts';
import { type SortedParameters, sortParameters } from './parameters.ts';
import { allowedTerms, chooseNode } from './topology.ts';

/** What a decision about a claim's own volume looks at. */
export interface ProvisionWorld {
  ofDriver(driver: string): StorageBackend | undefined;
  storageClass(name: string): StorageClass | undefined;
  attributesClass(name: string): VolumeAttributesClass | undefined;
  volume(name: string): PersistentVolume | undefined;
  node(name: string): Node | undefined;
  nodes(): Iterable<Node>;
}

/** A volume that is to be made. */
export interface NewVolume {
  do: 'create';
  backend: StorageBackend;
  driver: string;
  storageClass: StorageClass;
  request: CreateVolume;
  parameters: SortedParameters;
  /** The topologies that its nodes are of. Undefined: any. */
  topologies: NodeSelectorTerm[] | undefined;
}

/** What is to be done for a claim whose class has volumes made for it. */
export type ProvisionDecision =
  | { do: 'nothing' }
  /** It says on the claim, before anything is made, that a volume may have been made for it. */
  | { do: 'promise' }
  /** It says on the claim on which node its volume is made. */
  | { do: 'place'; node: string }
  | NewVolume
  /** It cannot be made so. `reschedule`: with another node it may. */
  | { do: 'refuse'; message: string; reschedule?: boolean }
  /** It is not wanted any more: what may have been made is removed. */
  | { do: 'discard'; backend: StorageBackend; request: CreateVolume }
  /** Nothing is left that only the claim knows of. */
  | { do: 'release' };

/** The name of the volume that is made for a claim. */
export const volumeNameFor = ({ metadata }: PersistentVolumeClaim): string => `pvc-${metadata?.uid}`;

const NOTHING: ProvisionDecision = { do: 'nothing' };
const failed = (className: string, why: string, reschedule?: boolean): ProvisionDecision => ({
  do: 'refuse',
  message: `failed to provision volume with StorageClass ${JSON.stringify(className)}: ${why}`,
  ...(reschedule ? { reschedule } : {}),
});

/** V6: decides about one claim. The messages are the external-provisioner's. Source: the Dynamic Volume Provisioning concept. */
export function decide(claim: PersistentVolumeClaim, world: ProvisionWorld): ProvisionDecision {
  const { annotations = {}, deletionTimestamp, finalizers = [] } = claim.metadata ?? {};
  const isPromised = finalizers.includes(PROVISIONER_FINALIZER);
  const driver = annotations[PROVISIONERS[1]] ?? annotations[PROVISIONERS[0]];
  const backend = driver === undefined ? undefined : world.ofDriver(driver);
  const isDone = deletionTimestamp !== undefined || claim.spec?.volumeName;
  if (isDone) return isPromised ? decideLeft(claim, { backend, driver }, world) : NOTHING;
  const storageClass = world.storageClass(storageClassOf(claim));
  if (!backend || driver === undefined || !storageClass || driverOfProvisioner(storageClass.provisioner) !== driver) return NOTHING;
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && annotations[SELECTED_NODE] === undefined) return NOTHING;
  if (world.volume(volumeNameFor(claim))) return NOTHING;
  const decision = decideNew(claim, { backend, driver, storageClass }, world);
  return decision.do === 'create' && !isPromised ? { do: 'promise' } : decision;
}

/** The claim is going, or got its volume. */
function decideLeft(claim: PersistentVolumeClaim, { backend, driver }: Partial<Means>, world: ProvisionWorld): ProvisionDecision {
  const name = volumeNameFor(claim);
  if (!backend || driver === undefined || claim.spec?.volumeName === name || world.volume(name)) return { do: 'release' };
  const node = placeOf(claim);
  // Without a node nothing was made; with one that is gone, what was made is gone as well.
  if (backend.traits.onNode && (node === undefined || !world.node(node))) return { do: 'release' };
  const { own } = sortParameters(parametersOf(claim, world.storageClass(storageClassOf(claim)), world));
  return { do: 'discard', backend, request: requestOf(claim, own, { backend, driver }) };
}

type Means = Pick<NewVolume, 'backend' | 'driver' | 'storageClass'>;

function decideNew(claim: PersistentVolumeClaim, means: Means, world: ProvisionWorld): ProvisionDecision {
  const { backend, driver, storageClass } = means;
  const className = storageClass.metadata?.name ?? '';
  if (claim.spec?.volumeMode === 'Block') return { do: 'refuse', message: `${driver} does not support block volume provisioning` };
  const why = whyNot(claim, means, world);
  if (why !== undefined) return failed(className, why);
  const parameters = sortParameters(parametersOf(claim, storageClass, world));
  if (parameters.unknown !== undefined) {
    const key = JSON.stringify(parameters.unknown);
    return failed(
      className,
      `failed to strip CSI Parameters of prefixed keys: found unknown parameter key ${key} with reserved namespace csi.storage.k8s.io/`,
    );
  }
  const nodeName = placeOf(claim);
  const node = nodeName === undefined ? undefined : world.node(nodeName);
  if (backend.traits.onNode && !node) {
    // The node that was chosen is gone: the binder has another one chosen.
    if (storageClass.volumeBindingMode === 'WaitForFirstConsumer') return NOTHING;
    const chosen = chooseNode(world.nodes(), storageClass, volumeNameFor(claim));
    return chosen === undefined ? failed(className, 'no node is ready that it could lie on') : { do: 'place', node: chosen };
  }
  const topologies = allowedTerms(storageClass, node);
  if (topologies?.length === 0) {
    const text = `error generating accessibility requirements: selected node '${JSON.stringify(nodeName)}' is not in allowed topologies`;
    return failed(className, text, true);
  }
  return { do: 'create', ...means, request: requestOf(claim, parameters.own, means), parameters, topologies };
}

/** What no volume of the back end can be, as the external-provisioner words it. */
function whyNot({ spec = {} }: PersistentVolumeClaim, { backend, driver }: Means, world: ProvisionWorld): string | undefined {
  const { accessModes = [], dataSource, dataSourceRef, selector, volumeAttributesClassName } = spec;
  const source = dataSourceRef ?? dataSource;
  if (source?.kind === 'PersistentVolumeClaim') {
    return 'CSI driver does not support clone operations: controller CLONE_VOLUME capability is not reported';
  }
  if (source) return 'CSI driver does not support snapshot restore: controller CREATE_DELETE_SNAPSHOT capability is not reported';
  if (volumeAttributesClassName) {
    const attributes = world.attributesClass(volumeAttributesClassName);
    if (!backend.modify) {
      return 'CSI driver does not support VolumeAttributesClass: controller MODIFY_VOLUME capability is not reported';
    }
    if (!attributes) return `volumeattributesclass.storage.k8s.io ${JSON.stringify(volumeAttributesClassName)} not found`;
    if (attributes.driverName !== driver) {
      return `VolumeAttributesClass ${JSON.stringify(volumeAttributesClassName)} is for driver ${attributes.driverName}, not ${driver}`;
    }
  }
  if (selector) return 'claim Selector is not supported';
  const mode = accessModes.find((each) => !backend.traits.accessModes.includes(each));
  if (mode === undefined) return undefined;
  return `access mode ${mode} is not supported by ${driver}: only ${backend.traits.accessModes.join(', ')}`;
}

const placeOf = ({ metadata }: PersistentVolumeClaim): string | undefined =>
  metadata?.annotations?.[SELECTED_NODE] ?? metadata?.annotations?.[PROVISIONING_NODE];

function parametersOf(
  { spec }: PersistentVolumeClaim,
  storageClass: StorageClass | undefined,
  world: ProvisionWorld,
): Record<string, string> {
  const attributes = spec?.volumeAttributesClassName ? world.attributesClass(spec.volumeAttributesClassName) : undefined;
  return { ...storageClass?.parameters, ...attributes?.parameters };
}

const requestOf = (
  claim: PersistentVolumeClaim,
  parameters: Record<string, string>,
  means: Pick<Means, 'backend' | 'driver'>,
): CreateVolume => ({
  name: volumeNameFor(claim),
  driver: otherDriver(csiDriverFor(means.driver, means.backend.name)),
  capacityBytes: quantityValue(claim.spec?.resources?.requests?.storage),
  parameters,
  node: placeOf(claim),
});

import type { PersistentVolumeClaim, VolumeAttributesClass } from '@kubernats/api';

export interface AttributesWorld {
  attributesClass(name: string): VolumeAttributesClass | undefined;
  /** The driver of the claim's volume. */
  driver: string;
  /** Whether the back end that stands for it can change what it has made. */
  canModify: boolean;
}

/** What is to be done for a claim that asks for other attributes of its volume than it has. */
export type AttributesDecision =
  | { do: 'nothing' }
  /** The class does not exist yet. */
  | { do: 'wait'; target: string }
  | { do: 'refuse'; target: string; message: string }
  | { do: 'modify'; target: string; parameters: Readonly<Record<string, string>> };

/** V6: decides about one claim that is bound. Source: the Volume Attributes Classes concept. */
export function decide({ spec, status }: PersistentVolumeClaim, world: AttributesWorld): AttributesDecision {
  const target = spec?.volumeAttributesClassName;
  if (status?.phase !== 'Bound' || !target) return { do: 'nothing' };
  // Who asks for the class of before gives up another change, whatever came of that: its volume is changed back.
  if (target === status.currentVolumeAttributesClassName && !status.modifyVolumeStatus) return { do: 'nothing' };
  const wanted = world.attributesClass(target);
  if (!wanted) return { do: 'wait', target };
  if (wanted.driverName !== world.driver) {
    return {
      do: 'refuse',
      target,
      message: `VolumeAttributesClass ${JSON.stringify(target)} is for driver ${wanted.driverName}, not ${world.driver}`,
    };
  }
  if (!world.canModify) return { do: 'refuse', target, message: `CSI driver ${world.driver} does not support modifying volumes` };
  return { do: 'modify', target, parameters: wanted.parameters ?? {} };
}

import { isReachableFrom, type Node, type PersistentVolume, type PersistentVolumeClaim } from '@kubernats/api';
import { isFullyBound } from '../plugins/volume-needs.ts';
import { SELECTED_NODE, type VolumePlan } from '../plugins/volume-plan.ts';
import { versionOf } from './assume-cache.ts';

/** What the informers show. */
export interface Shown {
  node: Node | undefined;
  claim(like: PersistentVolumeClaim): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
}

/**
 * How far the volumes of a Pod are, once the plan is written (`written` is what the API answered): bound, still waiting, or why another node is to be
 * looked for, in kube-scheduler's words. Pure.
 */
export function bindingState(nodeName: string, written: VolumePlan, shown: Shown): 'bound' | 'waiting' | { error: string } {
  const { node } = shown;
  if (!node) return { error: `failed to get node "${nodeName}": node "${nodeName}" not found` };
  let bound = true;
  for (const {
    claim: { metadata },
    volume,
  } of written.bindings) {
    const claim = shown.claim({ metadata });
    const current = shown.volume(volume.metadata?.name ?? '');
    if (!current || !claim)
      return { error: `failed to check binding: could not find ${claim ? volumeText(volume) : claimText({ metadata })}` };
    if (versionOf(current) < versionOf(volume)) bound = false;
    else if (!isReachableFrom(current, node)) return { error: outOfReach(current, nodeName) };
    else if (!current.spec?.claimRef?.uid) return { error: `ClaimRef got reset for pv ${JSON.stringify(current.metadata?.name)}` };
    else bound &&= isFullyBound(claim);
  }
  for (const asked of written.provisions) {
    const claim = shown.claim(asked);
    if (!claim) return { error: `failed to check provisioning pvc: could not find ${claimText(asked)}` };
    const { metadata, spec } = claim;
    if (versionOf(claim) < versionOf(asked)) {
      bound = false;
      continue;
    }
    // Who could not make the volume takes the annotation off.
    if (metadata?.annotations === undefined) return { error: `selectedNode annotation reset for PVC ${JSON.stringify(metadata?.name)}` };
    if (metadata.annotations[SELECTED_NODE] !== nodeName) return { error: `provisioning failed for PVC ${JSON.stringify(metadata.name)}` };
    const volume = spec?.volumeName ? shown.volume(spec.volumeName) : undefined;
    if (volume && !isReachableFrom(volume, node)) return { error: outOfReach(volume, nodeName) };
    bound &&= volume !== undefined && isFullyBound(claim);
  }
  return bound ? 'bound' : 'waiting';
}

const outOfReach = ({ metadata }: PersistentVolume, nodeName: string): string =>
  `pv ${JSON.stringify(metadata?.name)} node affinity doesn't match node "${nodeName}": no matching NodeSelectorTerms`;
const volumeText = ({ metadata }: PersistentVolume): string => `v1.PersistentVolume "${metadata?.name}"`;
const claimText = ({ metadata }: PersistentVolumeClaim): string => `v1.PersistentVolumeClaim "${metadata?.namespace}/${metadata?.name}"`;

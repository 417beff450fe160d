import type { PersistentVolume } from '@kubernats/api';
import { type Plugin, unresolvable } from '../framework/plugin.ts';
import { volumeNeedsOf } from './volume-needs.ts';

const LABELS = [
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
];
/** Between the names of several zones. */
const SEPARATOR = '__';
const REFUSED = unresolvable('node(s) had no available volume zone');

/** A bound volume that is labelled with its zone or region is used there only. On a node that has no such label nobody asks. */
export const volumeZone: Plugin<readonly PersistentVolume[]> = {
  name: 'VolumeZone',
  preFilter(info, { volumes }) {
    const labelled = volumeNeedsOf(info, volumes).bound.filter((volume) => LABELS.some((label) => volume?.metadata?.labels?.[label]));
    return labelled.length === 0 ? 'skip' : { state: labelled.filter((volume) => volume !== undefined) };
  },
  filter(volumes, _info, { node }) {
    const labels = node?.metadata?.labels ?? {};
    if (!LABELS.some((label) => Object.hasOwn(labels, label))) return undefined;
    for (const volume of volumes) {
      for (const label of LABELS) {
        const zones = volume.metadata?.labels?.[label];
        if (zones !== undefined && !zones.split(SEPARATOR).includes(labels[label] ?? '')) return REFUSED;
      }
    }
    return undefined;
  },
};

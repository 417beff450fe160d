import { type Filter, unresolvable } from './filter.ts';

const LABELS = [
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
];
/** Between the names of several zones. */
const SEPARATOR = '__';

/** A bound volume that is labelled with its zone or region is used there only. On a node that has no such label nobody asks. */
export const volumeZone: Filter = {
  name: 'VolumeZone',
  check({ volumes }, { node }) {
    const labels = node?.metadata?.labels ?? {};
    if (volumes.bound.length === 0 || !LABELS.some((label) => Object.hasOwn(labels, label))) return undefined;
    for (const volume of volumes.bound) {
      for (const label of LABELS) {
        const zones = volume?.metadata?.labels?.[label];
        if (zones !== undefined && !zones.split(SEPARATOR).includes(labels[label] ?? '')) {
          return unresolvable('node(s) had no available volume zone');
        }
      }
    }
    return undefined;
  },
};

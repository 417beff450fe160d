import { storageClassOf } from '@kubernats/api';
import { splitKey } from '@kubernats/client';
import type { VolumeWorld } from '../plugins/volume-needs.ts';
import type { PodInfo } from '../snapshot/pod-info.ts';

/**
 * The volumes as the Pod's claims lead to them now, for later. What else there is, such as how many volumes are attached to nodes, is looked up when it is
 * asked for. Undefined for a Pod without claims.
 */
export function seenVolumes({ claims: keys }: PodInfo, world: VolumeWorld): VolumeWorld | undefined {
  if (keys.length === 0) return undefined;
  const claims = new Map(
    keys.map((key) => {
      const { namespace = '', name } = splitKey(key);
      return [key, world.claim(namespace, name)] as const;
    }),
  );
  const known = [...claims.values()].filter((claim) => claim !== undefined);
  const volumes = new Map(known.map(({ spec }) => [spec?.volumeName ?? '', world.volume(spec?.volumeName ?? '')]));
  const classes = new Map(known.map(storageClassOf).map((name) => [name, world.storageClass(name)]));
  const candidates = new Map(known.map((claim) => [claim, claim.spec?.volumeName ? [] : world.candidates(claim)]));
  return {
    claim: (namespace, name) => (claims.has(`${namespace}/${name}`) ? claims.get(`${namespace}/${name}`) : world.claim(namespace, name)),
    volume: (name) => (volumes.has(name) ? volumes.get(name) : world.volume(name)),
    storageClass: (name) => (classes.has(name) ? classes.get(name) : world.storageClass(name)),
    candidates: (claim) => candidates.get(claim) ?? world.candidates(claim),
    isInUse: (namespace, claim) => world.isInUse(namespace, claim),
    ...(world.limits && { limits: world.limits }),
  };
}

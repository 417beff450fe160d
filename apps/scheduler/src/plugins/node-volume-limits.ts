import { type Plugin, resolvable } from '../framework/plugin.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';

/** A volume as its driver counts it. */
export interface CountedVolume {
  driver: string;
  /** Pods that share a volume share its key. */
  key: string;
}

/** What is known of how many volumes nodes take. */
export interface VolumeLimits {
  /** Undefined: any number. */
  limitOf(node: string, driver: string): number | undefined;
  /** The volumes of claims, by the claims' keys. */
  volumesOf(claims: readonly string[]): CountedVolume[];
  /** The volumes that are attached to a node, whether or not a Pod there still uses them. */
  attachedTo(node: string): CountedVolume[];
}

interface Wanted {
  volumes: readonly CountedVolume[];
  limits: VolumeLimits;
}

const REFUSED = resolvable('node(s) exceed max volume count');

/** V6: a node takes as many volumes of a driver as its CSINode says. Source: the concept "Node-specific Volume Limits". */
export const nodeVolumeLimits: Plugin<Wanted> = {
  name: 'NodeVolumeLimits',
  preFilter({ claims }, { volumes: { limits } }) {
    const volumes = claims.length === 0 ? [] : (limits?.volumesOf(claims) ?? []);
    return limits && volumes.length > 0 ? { state: { volumes, limits } } : 'skip';
  },
  filter({ volumes, limits }, _info, node) {
    const exceeds = [...new Set(volumes.map(({ driver }) => driver))].some((driver) => {
      const limit = limits.limitOf(node.name, driver);
      if (limit === undefined) return false;
      const present = keysOn(node, driver, limits);
      const more = keysOf(driver, volumes).filter((key) => !present.has(key));
      return more.length > 0 && present.size + new Set(more).size > limit;
    });
    return exceeds ? REFUSED : undefined;
  },
};

function keysOn(node: NodeInfo, driver: string, limits: VolumeLimits): Set<string> {
  const keys = new Set(keysOf(driver, limits.attachedTo(node.name)));
  for (const { claims } of node.pods) for (const key of keysOf(driver, limits.volumesOf(claims))) keys.add(key);
  return keys;
}

const keysOf = (driver: string, volumes: readonly CountedVolume[]): string[] =>
  volumes.filter((volume) => volume.driver === driver).map(({ key }) => key);

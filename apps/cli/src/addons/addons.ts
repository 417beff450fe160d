import { Failure } from '../failure.ts';

/** What a cluster has only when it is asked for: each a process of its own, in either mode. */
export const ADDONS = {
  'load-balancer': {
    identity: 'system:kubernats:load-balancer',
    /** cloud-controller-manager's own; the next clusters have the next ones. */
    metricsPort: 10_258,
    description: 'gives Services of type LoadBalancer an address that works',
  },
} as const;

export type AddonName = keyof typeof ADDONS;

export const ADDON_NAMES = Object.keys(ADDONS) as [AddonName, ...AddonName[]];

/** Throws a Failure that lists the names there are. */
export function addonNamed(name: string): AddonName {
  const known = ADDON_NAMES.find((each) => each === name);
  if (known === undefined) throw new Failure(`there is no add-on ${name}. There are: ${ADDON_NAMES.join(', ')}`, 2);
  return known;
}

/** The add-ons with one more, or one less; in the order of the table. */
export function withAddon(names: readonly AddonName[] | undefined, name: AddonName, wanted: boolean): AddonName[] {
  return ADDON_NAMES.filter((each) => (each === name ? wanted : names?.includes(each)));
}

import type { APIService } from '@kubernats/api';
import { type Core, placeOfResource } from '../core.ts';
import type { Priorities } from './discovery.ts';

/** What the APIServices say. A version that has none yet comes last. */
export function apiServicePriorities(core: Core): Priorities {
  const { cache } = placeOfResource(core, 'apiregistration.k8s.io', 'v1', 'apiservices');
  return (group, version) => {
    const service = cache.get('', `${version}.${group}`)?.object as APIService | undefined;
    return { group: service?.spec?.groupPriorityMinimum ?? 0, version: service?.spec?.versionPriority ?? 0 };
  };
}

import type { APIService, KindTable } from '@kubernats/api';
import { AUTOMANAGED } from '../bootstrap/api-services.ts';
import { ensure } from '../bootstrap/ensure.ts';
import { type Core, placeOfResource } from '../core.ts';
import { onDemand } from '../on-demand.ts';
import { deleteAsServer } from './delete-instances.ts';

/** Of what comes and goes; what every server has is marked `onstart`. */
const WHILE_SERVED = 'true';
/** After all built-in groups. */
const GROUP_PRIORITY = 1000;
const VERSION_PRIORITY = 100;

/**
 * Keeps an APIService for each version of each group that CustomResourceDefinitions bring, as long as they do. Those that people make are theirs. All
 * servers do so, and alike. Call the result to end. Source: kube-aggregator's automatic registration.
 */
export function keepApiServices(core: Core): () => void {
  const { row, cache } = placeOfResource(core, 'apiregistration.k8s.io', 'v1', 'apiservices');
  const { wake, stop } = onDemand(core, step, 'the APIServices of custom resources could not be written');
  const unobserve = [core.kinds.observe(wake), cache.observe(wake)];
  wake();
  return () => {
    stop();
    for (const end of unobserve) end();
  };

  async function step(): Promise<void> {
    const wanted = customApiServices(core.kinds);
    for (const [name, service] of wanted) if (!cache.get('', name)) await ensure(core, service);
    for (const { name, object } of [...cache.values()]) {
      const isOurs = object.metadata.labels?.[AUTOMANAGED] === WHILE_SERVED;
      if (isOurs && !object.metadata.deletionTimestamp && !wanted.has(name)) await deleteAsServer(core, row, '', name);
    }
  }
}

/** By name. */
function customApiServices(kinds: KindTable): Map<string, APIService> {
  const builtIn = new Set(kinds.all.filter(({ custom }) => !custom).map(({ group, version }) => `${version}.${group}`));
  const services = new Map<string, APIService>();
  for (const { custom, group, version } of kinds.all) {
    const name = `${version}.${group}`;
    if (!custom || builtIn.has(name) || services.has(name)) continue;
    services.set(name, {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name, labels: { [AUTOMANAGED]: WHILE_SERVED } },
      spec: { group, version, groupPriorityMinimum: GROUP_PRIORITY, versionPriority: VERSION_PRIORITY },
    });
  }
  return services;
}

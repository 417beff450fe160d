// Discovery in one document: `apidiscovery.k8s.io/v2`, which kubectl asks for at /api and /apis.
import type { KindRow } from '../kind.ts';
import { groupVersions, subresourcesOf } from './resources.ts';

/** GET /api (`core`) or /apis (`named`) as `application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`. */
export function aggregatedDiscovery(kinds: readonly KindRow[], part: 'core' | 'named'): object {
  const all = groupVersions(kinds).filter(({ group }) => (group === '') === (part === 'core'));
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [...Map.groupBy(all, ({ group }) => group)].map(([group, versions]) => ({
      metadata: { ...(group === '' ? {} : { name: group }), creationTimestamp: null },
      versions: versions.map(({ version, rows }) => ({ version, resources: rows.map(resourceOf), freshness: 'Current' })),
    })),
  };
}

function resourceOf(row: KindRow): object {
  const subresources = subresourcesOf(row).map(({ name, kind, group, version, verbs }) => ({
    subresource: name,
    responseKind: { group: group ?? row.group, version: version ?? row.version, kind },
    verbs,
  }));
  return {
    resource: row.plural,
    responseKind: { group: row.group, version: row.version, kind: row.kind },
    scope: row.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: row.singular,
    verbs: row.verbs,
    ...(row.shortNames.length > 0 ? { shortNames: row.shortNames } : {}),
    ...(row.categories.length > 0 ? { categories: row.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

import { apiGroup, byVersionPriority, type LegacyDiscovery } from '@kubernats/api';
import type { DiscoveredVersion } from './discovered-version.ts';
import type { Extension } from './extension.ts';

/** A version of a group that another server serves, for discovery. */
export interface ExtensionVersion extends Extension {
  /** What it has last said that it serves. */
  discovered: DiscoveredVersion | undefined;
}

interface DiscoveredGroup {
  metadata: { name?: string; creationTimestamp: null };
  versions: { version: string; resources: readonly object[]; freshness: string }[];
}

/** What an APIService says of a version: the higher, the earlier it is listed. */
export type Priorities = (group: string, version: string) => { group: number; version: number };

/** `/apis` and `/apis/GROUP`, with the groups of other servers among them. Source: kube-aggregator sorts by the priorities of APIServices. */
export function withExtensions(own: LegacyDiscovery, extensions: readonly Extension[], priorities: Priorities): LegacyDiscovery {
  if (extensions.length === 0) return own;
  const listed = own.groupList.groups.map(({ name, versions }) => ({ name, versions: versions.map(({ version }) => version) }));
  const groups = merged(listed, extensions, priorities).map(({ name, versions }) => apiGroup(name, versions));
  return {
    ...own,
    groupList: { ...own.groupList, groups },
    groups: new Map(groups.map((group) => [group.name, { kind: 'APIGroup', apiVersion: 'v1', ...group }])),
  };
}

/** The same of the one document of `/apis`: a server that does not answer is stale, with what it last said. */
export function mergedDiscovery(document: object, extensions: readonly ExtensionVersion[], priorities: Priorities): object {
  const { items, ...head } = document as { items: DiscoveredGroup[] };
  const own = new Map(items.map((group) => [group.metadata.name ?? '', group]));
  const groups = items.map(({ metadata, versions }) => ({ name: metadata.name ?? '', versions: versions.map(({ version }) => version) }));
  const extensionOf = new Map(extensions.map((each) => [`${each.group}/${each.version}`, each]));
  return {
    ...head,
    items: merged(groups, extensions, priorities).map(({ name, versions }) => ({
      metadata: { name, creationTimestamp: null },
      versions: versions.map((version) => {
        const extension = extensionOf.get(`${name}/${version}`);
        if (!extension) return own.get(name)?.versions.find((each) => each.version === version);
        return { version, resources: extension.discovered?.resources ?? [], freshness: extension.isAvailable ? 'Current' : 'Stale' };
      }),
    })),
  };
}

interface NamedGroup {
  name: string;
  versions: string[];
}

function merged(own: readonly NamedGroup[], extensions: readonly Extension[], priorities: Priorities): NamedGroup[] {
  const groups = new Map(own.map(({ name, versions }) => [name, new Set(versions)]));
  for (const { group, version } of extensions) groups.set(group, (groups.get(group) ?? new Set()).add(version));
  const all = [...groups].map(([name, versions]) => ({
    name,
    priority: Math.max(...[...versions].map((version) => priorities(name, version).group)),
    versions: [...versions].sort((a, b) => priorities(name, b).version - priorities(name, a).version || byVersionPriority(a, b)),
  }));
  return all.sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1));
}

// Discovery as it was first: one document a group and version. Paths: /api, /api/v1, /apis, /apis/GROUP, /apis/GROUP/VERSION.
import { createHash } from 'node:crypto';
import type { KindRow } from '../kind.ts';
import { apiVersionOf } from '../refs.ts';
import { groupVersions, subresourcesOf } from './resources.ts';

interface ApiResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  group?: string;
  version?: string;
  kind: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  storageVersionHash?: string;
}

export interface ApiGroup {
  name: string;
  versions: { groupVersion: string; version: string }[];
  preferredVersion: { groupVersion: string; version: string };
}

export interface LegacyDiscovery {
  /** GET /api. `serverAddress` is where this server is reached, such as `127.0.0.1:6443`. */
  apiVersions(serverAddress: string): object;
  /** GET /apis. */
  groupList: { kind: string; apiVersion: string; groups: ApiGroup[] };
  /** GET /apis/GROUP, by group. */
  groups: ReadonlyMap<string, object>;
  /** GET /api/v1 and /apis/GROUP/VERSION, by `v1` and `apps/v1`. */
  resourceLists: ReadonlyMap<string, object>;
}

export function legacyDiscovery(kinds: readonly KindRow[]): LegacyDiscovery {
  const all = groupVersions(kinds);
  const named = all.filter(({ group }) => group !== '');
  const groups = [...Map.groupBy(named, ({ group }) => group)].map(([name, of]) =>
    apiGroup(
      name,
      of.map(({ version }) => version),
    ),
  );
  return {
    apiVersions: (serverAddress) => ({
      kind: 'APIVersions',
      versions: all.filter(({ group }) => group === '').map(({ version }) => version),
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
    }),
    groupList: { kind: 'APIGroupList', apiVersion: 'v1', groups },
    groups: new Map(groups.map((group) => [group.name, { kind: 'APIGroup', apiVersion: 'v1', ...group }])),
    resourceLists: new Map(
      all.map((groupVersion) => {
        const name = apiVersionOf(groupVersion);
        const resources = groupVersion.rows.flatMap(resourcesOf);
        return [name, { kind: 'APIResourceList', ...(name === 'v1' ? {} : { apiVersion: 'v1' }), groupVersion: name, resources }];
      }),
    ),
  };
}

/** A group as discovery lists it. The first version is preferred. */
export function apiGroup(name: string, versions: readonly string[]): ApiGroup {
  const list = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  const [preferredVersion] = list;
  if (!preferredVersion) throw new Error(`the group ${name} has no version`);
  return { name, versions: list, preferredVersion };
}

function resourcesOf(row: KindRow): ApiResource[] {
  const main: ApiResource = {
    name: row.plural,
    singularName: row.singular,
    namespaced: row.namespaced,
    kind: row.kind,
    verbs: row.verbs,
    ...(row.shortNames.length > 0 ? { shortNames: row.shortNames } : {}),
    ...(row.categories.length > 0 ? { categories: row.categories } : {}),
    ...versionHash(row),
  };
  const parts = subresourcesOf(row).map(
    ({ name, group, version, kind, verbs }): ApiResource => ({
      name: `${row.plural}/${name}`,
      singularName: '',
      namespaced: row.namespaced,
      ...(group === undefined ? {} : { group, version }),
      kind,
      verbs,
    }),
  );
  return [main, ...parts];
}

/** Which version objects are kept in, as a hash: what differs after it has changed. Source: kube-apiserver's StorageVersionHash. */
function versionHash({ group, version, kind, ephemeral, computed, custom, storedAs }: KindRow): { storageVersionHash?: string } {
  if (ephemeral || computed || (custom && storedAs)) return {};
  const kept = [storedAs?.group ?? group, storedAs?.version ?? version, kind].join('/');
  return { storageVersionHash: createHash('sha256').update(kept).digest().subarray(0, HASH_BYTES).toString('base64') };
}

const HASH_BYTES = 8;

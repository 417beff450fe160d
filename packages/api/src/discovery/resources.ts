// What discovery says of a kind, in the order Kubernetes says it; both forms of discovery are made from this.
import { byVersionPriority } from '../custom/versions.ts';
import type { KindRow } from '../kind.ts';

/** A subresource as discovery lists it. */
export interface DiscoveredSubresource {
  name: string;
  kind: string;
  /** Only where the body is of another group than the resource. */
  group?: string;
  version?: string;
  verbs: string[];
  /** It has no object to describe. */
  connect?: true;
}

const CHANGE = ['get', 'patch', 'update'];

/** All subresources of a row: those it lists, and those that follow from a status and from scaling. */
export function subresourcesOf(row: KindRow): DiscoveredSubresource[] {
  const list: DiscoveredSubresource[] = row.subresources.map(({ name, group, version, kind, verbs, connect }) => ({
    name,
    kind,
    ...(group === row.group && version === row.version ? {} : { group, version }),
    verbs,
    ...(connect ? { connect } : {}),
  }));
  if (row.hasStatus) list.push({ name: 'status', kind: row.kind, verbs: CHANGE });
  if (row.scale) list.push({ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs: CHANGE });
  return list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export interface GroupVersion {
  group: string;
  version: string;
  /** By plural name. */
  rows: KindRow[];
}

/** How Kubernetes orders its groups: the core first, then those that clients meet most. */
const GROUP_ORDER = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'resource.k8s.io',
];

export function groupVersions(kinds: readonly KindRow[]): GroupVersion[] {
  const found = new Map<string, GroupVersion>();
  for (const row of kinds) {
    const key = `${row.group}/${row.version}`;
    const groupVersion = found.get(key) ?? { group: row.group, version: row.version, rows: [] };
    groupVersion.rows.push(row);
    found.set(key, groupVersion);
  }
  const all = [...found.values()].toSorted((a, b) => placeOf(a) - placeOf(b) || (isCustom(a) && isCustom(b) ? byName(a, b) : 0));
  for (const { rows } of all) rows.sort((a, b) => (a.plural < b.plural ? -1 : 1));
  return all;
}

const isCustom = ({ rows }: GroupVersion): boolean => rows.some(({ custom }) => custom);

/** What CustomResourceDefinitions bring comes after what Kubernetes has, and before what else the server has. */
function placeOf(of: GroupVersion): number {
  const place = GROUP_ORDER.indexOf(of.group);
  if (place !== -1) return place;
  return GROUP_ORDER.length + (isCustom(of) ? 0 : 1);
}

const byName = (a: GroupVersion, b: GroupVersion): number =>
  a.group === b.group ? byVersionPriority(a.version, b.version) : a.group < b.group ? -1 : 1;

import type { Node } from '../../../../generated/types.ts';
import type { Column } from '../../../kind.ts';
import { AGE, NAME, text, wide } from '../../../table/common-columns.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

function statusOf(node: Node): string {
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
  const words = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
  if (node.spec?.unschedulable) words.push('SchedulingDisabled');
  return words.join(',');
}

function rolesOf(node: Node): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata?.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) roles.add(key.slice(ROLE_PREFIX.length));
    else if (key === ROLE_LABEL && value !== '') roles.add(value);
  }
  return roles.size > 0 ? [...roles].toSorted().join(',') : '<none>';
}

const addressOf = (node: Node, wanted: string): string => node.status?.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>';
const info = (node: Node, field: 'osImage' | 'kernelVersion' | 'containerRuntimeVersion'): string =>
  node.status?.nodeInfo?.[field] || '<unknown>';

export const nodeColumns: Column<Node>[] = [
  NAME,
  text('Status', 'Whether the node is ready, and whether it takes Pods.', statusOf),
  text('Roles', 'The roles that its labels give it.', rolesOf),
  AGE,
  text('Version', "The version of the node's kubelet.", (node) => node.status?.nodeInfo?.kubeletVersion ?? ''),
  wide('Internal-IP', 'Its address inside the cluster.', (node) => addressOf(node, 'InternalIP')),
  wide('External-IP', 'Its address outside the cluster.', (node) => addressOf(node, 'ExternalIP')),
  wide('OS-Image', 'The operating system that it reports.', (node) => info(node, 'osImage')),
  wide('Kernel-Version', 'The kernel that it reports.', (node) => info(node, 'kernelVersion')),
  wide('Container-Runtime', 'The runtime of its containers.', (node) => info(node, 'containerRuntimeVersion')),
];

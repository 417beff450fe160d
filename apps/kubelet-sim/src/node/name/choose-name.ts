import { type Node, ownerOfNode } from '@kubernats/api';

/** Which machine asks, and the name that it had last, if it had one. */
export interface Machine {
  owner: string;
  lastName: string | undefined;
}

/** What to do for a name. `node` is the one that has it now. */
export type Choice = { do: 'keep'; name: string } | { do: 'create'; name: string } | { do: 'take'; name: string; node: Node };

/**
 * The name that a machine may take now: the one that is its own, else the one that it had last if it is free, else the lowest free `nodeK`. A
 * name is free when there is no such Node, when its machine has given it back, or when nothing has been heard of its machine for so long
 * that the node controller has given it up: that is one clock for all, and not the asker's.
 */
export function chooseName(nodes: readonly Node[], { owner, lastName }: Machine): Choice {
  const byName = new Map(nodes.map((node) => [node.metadata?.name ?? '', node]));
  const mine = nodes.find((node) => ownerOfNode(node) === owner);
  if (mine) return { do: 'keep', name: mine.metadata?.name ?? '' };
  const choice = (name: string): Choice | undefined => {
    const node = byName.get(name);
    if (!node) return { do: 'create', name };
    return isFree(node) ? { do: 'take', name, node } : undefined;
  };
  const last = lastName === undefined ? undefined : choice(lastName);
  if (last) return last;
  for (let k = 1; ; k++) {
    const next = choice(`node${k}`);
    if (next) return next;
  }
}

function isFree(node: Node): boolean {
  const owner = ownerOfNode(node);
  if (owner === undefined || node.metadata?.deletionTimestamp !== undefined) return false;
  return owner === '' || node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'Unknown') === true;
}

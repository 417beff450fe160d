import type { Contents } from './journal.ts';
import type { Namespaces } from './namespaces.ts';
import { Snapshot } from './snapshot.ts';

/** A snapshot of its own with these contents: what changes in it changes nowhere else. The namespaces are those of now. */
export function snapshotOf({ nodes, pods, nominated }: Contents, namespaces?: Namespaces): Snapshot {
  const snapshot = new Snapshot(namespaces);
  for (const node of nodes.values()) snapshot.setNode(node);
  for (const { info, nodeName } of pods.values()) snapshot.place(info, nodeName);
  for (const { info, nodeName } of nominated.values()) snapshot.nominations.set(info, nodeName);
  return snapshot;
}

/** What the snapshot held after so many changes (`journal.count`); undefined: more has happened since than can be taken back. */
export function contentsAfter(snapshot: Snapshot, count: number): Contents | undefined {
  const contents = snapshot.contents();
  return snapshot.journal.undo(contents, count) ? contents : undefined;
}

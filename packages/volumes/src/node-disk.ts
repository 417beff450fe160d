// How who makes volumes reaches a node's own disk: `nodeSubject(…, 'storage')` is asked a `NodeDiskQuestion` and answers a `NodeDiskAnswer`, as JSON.

export interface NodeDiskQuestion {
  action: 'make' | 'remove';
  handle: string;
}

/** The folder's path on the node, or why there is none. */
export type NodeDiskAnswer = { path: string } | { error: string };

import { type Node, Nodes } from '@kubernats/api';
import type { Client, Informer, Log } from '@kubernats/client';
import { isNotFound } from '@kubernats/errors';
import type { KubeletSimConfig } from '../config.ts';

/** Deletes the pool's Nodes that it no longer has; controllers then make elsewhere what was bound to them. Never throws. */
export async function pruneNodes(
  client: Client,
  log: Log,
  ofPool: Informer<Node>,
  { nodes }: Pick<KubeletSimConfig, 'nodes'>,
  signal: AbortSignal,
): Promise<void> {
  const kept = new Set(nodes.map(({ name }) => name));
  for (const { metadata } of ofPool.list()) {
    const { name = '', uid } = metadata ?? {};
    if (kept.has(name)) continue;
    log.info({ node: name }, 'the pool no longer has this node: deleting it');
    try {
      await client.kind(Nodes).delete(name, undefined, { preconditions: { uid }, signal });
    } catch (error) {
      if (!isNotFound(error) && !signal.aborted) log.warn({ error, node: name }, 'a node that the pool no longer has could not be deleted');
    }
  }
}

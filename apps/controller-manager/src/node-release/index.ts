import { Nodes } from '@kubernats/api';
import { referenceTo } from '@kubernats/client';
import { createController, type ReconcileResult } from '@kubernats/controller';
import { isConflict, isNotFound } from '@kubernats/errors';
import type { ControllerContext, Loop } from '../context.ts';
import { releasedInMs } from './decide.ts';

/**
 * Deletes Nodes whose machine took its name by itself and has been silent for long: name and range of Pods are free again, and what was bound
 * to the Node goes with it. Source: cloud-controller-manager's node lifecycle controller, which asks the cloud where this asks the clock.
 */
export function nodeReleaseController(context: ControllerContext): Loop {
  const { client, informers, clock, log, config } = context;
  const { releaseNodesAfterMs: afterMs } = config;
  if (afterMs === 0) return { run: async () => {} };
  const nodes = informers.of(Nodes);
  const events = context.recorder('node-release-controller');
  const controller = createController({ ...context, name: 'node-release', reconcile });
  controller.watch(nodes);
  return controller;

  async function reconcile(name: string): Promise<ReconcileResult | undefined> {
    const node = nodes.get(name);
    const inMs = node && releasedInMs(node, afterMs, clock.now());
    if (!node || inMs === undefined) return undefined;
    if (inMs > 0) return { requeueAfterMs: inMs };
    const { uid, resourceVersion } = node.metadata ?? {};
    try {
      await client.kind(Nodes).delete(name, undefined, { preconditions: { uid, resourceVersion } });
    } catch (error) {
      // Gone already, or its machine is back: then there is a change on its way here.
      if (isNotFound(error) || isConflict(error)) return undefined;
      throw error;
    }
    log.info({ node: name, silentForMs: afterMs }, 'a machine that is gone: its name and range are free');
    events.event(
      referenceTo(Nodes, node),
      'Normal',
      'DeletingNode',
      `Deleting node ${name} because its machine has been silent for too long`,
    );
    return undefined;
  }
}

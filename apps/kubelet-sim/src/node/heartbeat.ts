import { type Lease, Leases } from '@kubernats/api';
import type { Client, Log } from '@kubernats/client';
import { type Clock, type Random, rfc3339Micro } from '@kubernats/clock';
import { isAlreadyExists, isConflict, isNotFound } from '@kubernats/errors';

const NAMESPACE = 'kube-node-lease';
const DURATION_SECONDS = 40;

export interface HeartbeatDeps {
  client: Client;
  clock: Clock;
  random: Random;
  log: Log;
}

/** Renews a node's Lease until the signal aborts. Nodes of one pool beat at different times. Never throws. */
export async function beat(deps: HeartbeatDeps, node: { name: string; uid: string }, everyMs: number, signal: AbortSignal): Promise<void> {
  const { client, clock, random, log } = deps;
  const leases = client.kind(Leases);
  let lease: Lease | undefined;

  const renew = async (): Promise<Lease> => {
    const renewTime = rfc3339Micro(clock.now());
    const spec = { holderIdentity: node.name, leaseDurationSeconds: DURATION_SECONDS, renewTime };
    if (lease) return leases.update({ ...lease, spec: { ...lease.spec, ...spec } }, { signal });
    try {
      const found = await leases.get(node.name, NAMESPACE, { signal });
      return await leases.update({ ...found, spec: { ...found.spec, ...spec } }, { signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid: node.uid }];
    return leases.create({ metadata: { name: node.name, namespace: NAMESPACE, ownerReferences }, spec }, { signal });
  };

  let waitMs = 0;
  while (!signal.aborted) {
    try {
      await clock.sleep(waitMs, signal);
      lease = await renew();
      // The second beat comes at a time of the node's own within the period; from then on it is the period.
      waitMs = waitMs === 0 ? everyMs * (0.5 + random.next() / 2) : everyMs;
    } catch (error) {
      if (signal.aborted) return;
      if (isConflict(error) || isNotFound(error) || isAlreadyExists(error)) lease = undefined;
      else log.warn({ error, node: node.name }, 'the node lease could not be renewed');
      waitMs = Math.min(1000, everyMs);
    }
  }
}

import { type Pod, Pods } from '@kubernats/api';
import { referenceTo } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { isNotFound } from '@kubernats/errors';
import type { ActContext } from '../context.ts';
import { isReady } from '../pods/pod.ts';

const AT_ONCE = 16;

/** Says of Pods that they are not ready, for a kubelet that cannot: Services must not send anybody there. */
export async function markNotReady(pods: readonly Pod[], { client, clock, events }: ActContext): Promise<void> {
  const ready = pods.filter(isReady);
  for (let at = 0; at < ready.length; at += AT_ONCE) await Promise.all(ready.slice(at, at + AT_ONCE).map(mark));

  async function mark(pod: Pod): Promise<void> {
    const { name = '', namespace, uid } = pod.metadata ?? {};
    const condition = { type: 'Ready', status: 'False', lastTransitionTime: rfc3339(clock.now()) };
    try {
      const patch = { metadata: { uid }, status: { conditions: [condition] } };
      await client.kind(Pods).patch(name, namespace, 'strategic', patch, { subresource: 'status' });
      events.event(referenceTo(Pods, pod), 'Warning', 'NodeNotReady', 'Node is not ready');
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

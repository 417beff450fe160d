import { Nodes, type Pod, Pods } from '@kubernats/api';
import { nodeSubject } from '@kubernats/bus';
import type { PodStats, StatsAnswer } from '@kubernats/client';
import { rfc3339 } from '@kubernats/clock';
import { isNotFound } from '@kubernats/errors';
import type { ControlPlane } from './control-plane.ts';
import { follow } from './cron-jobs.ts';

/** What there is to do for all Pods together: thousandths of a core, shared among those that run. */
export interface Load {
  milli: number;
}

const NODE = 'n1';

/** What a kubelet does, of the one node that there is: Pods run at once, end at once, and it tells what they use. */
export async function meterPods(plane: ControlPlane, load: Load): Promise<AsyncDisposable> {
  const { client, clock } = plane;
  const bus = await plane.connectNode(NODE);
  const running = new Map<string, Pod>();
  await client.kind(Nodes).create({ metadata: { name: NODE } });
  const follower = follow(plane, Pods, (pod, type) => {
    if (type === 'delete' || pod.metadata?.deletionTimestamp) running.delete(pod.metadata?.uid ?? '');
    void (type === 'add' ? start(pod) : pod.metadata?.deletionTimestamp ? end(pod) : undefined);
  });
  const stats = bus.subscribe(nodeSubject('default', NODE, 'stats'), (message) => {
    message.respond(new TextEncoder().encode(JSON.stringify(summary())));
  });
  await bus.flush();
  return {
    async [Symbol.asyncDispose]() {
      stats.unsubscribe();
      await follower[Symbol.asyncDispose]();
      await bus.close();
    },
  };

  async function start({ metadata: { name = '', namespace = '', uid = '' } = {} }: Pod): Promise<void> {
    const now = rfc3339(clock.now());
    const status = {
      phase: 'Running',
      startTime: now,
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: now }],
    };
    await client.kind(Pods).bind({ name, namespace, uid }, { kind: 'Node', name: NODE });
    running.set(uid, await client.kind(Pods).patch(name, namespace, 'merge', { status }, { subresource: 'status' }));
  }

  async function end({ metadata }: Pod): Promise<void> {
    const { uid } = metadata ?? {};
    try {
      await client.kind(Pods).delete(metadata?.name ?? '', metadata?.namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  function summary(): StatsAnswer {
    const time = rfc3339(clock.now());
    const use = (milli: number) => ({
      startTime: time,
      cpu: { time, usageNanoCores: milli * 1_000_000, usageCoreNanoSeconds: 0 },
      memory: { time, workingSetBytes: 2 ** 20 },
    });
    const pods = [...running.values()].map(({ metadata: { name = '', namespace = '', uid = '' } = {}, status }): PodStats => {
      const own = { ...use(load.milli / running.size), startTime: status?.startTime ?? time };
      return { podRef: { name, namespace, uid }, ...own, containers: [{ name: 'web', ...own }] };
    });
    return { node: { nodeName: NODE, ...use(load.milli) }, pods };
  }
}

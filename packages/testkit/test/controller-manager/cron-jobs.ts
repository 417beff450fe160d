import { CoreEvents, type CronJob, type CronJobSpec, CronJobs, type KindRef, type KubeObject, type Pod, Pods } from '@kubernats/api';
import { createInformer } from '@kubernats/client';
import type { ControlPlane } from './control-plane.ts';

export function cronJob(name: string, schedule: string, spec: Partial<CronJobSpec> = {}): CronJob {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] } };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace: 'default' },
    spec: { schedule, jobTemplate: { spec: { template } }, ...spec },
  };
}

/** What kubelets do: each Pod ends after so many seconds, well or, by its name, not. */
export function runPods(
  plane: ControlPlane,
  seconds: number,
  phase: (pod: Pod) => 'Succeeded' | 'Failed' = () => 'Succeeded',
): AsyncDisposable {
  return follow(plane, Pods, (pod, type) => {
    if (type !== 'add') return;
    plane.clock.setTimer(seconds * 1000, () => {
      const status = { phase: phase(pod) };
      void plane.client.kind(Pods).patch(pod.metadata?.name ?? '', 'default', 'merge', { status }, { subresource: 'status' });
    });
  });
}

/** Tells of what happens to the objects of a kind in a namespace (default: `default`; '': all), as an informer sees it. */
export function follow<T extends KubeObject>(
  plane: ControlPlane,
  target: KindRef<T>,
  see: (object: T, type: string) => void,
  namespace = 'default',
): AsyncDisposable {
  const stop = new AbortController();
  const informer = createInformer<T>({ transport: plane.client.transport, target, ...(namespace && { namespace }) });
  informer.addHandler({
    add: (object) => see(object, 'add'),
    update: (object) => see(object, 'update'),
    delete: (object) => see(object, 'delete'),
  });
  const running = informer.run(stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

export const minutesOf = (ms: number): number => Math.floor(ms / 60_000);
export const cronJobNow = (plane: ControlPlane, name: string): Promise<CronJob> => plane.client.kind(CronJobs).get(name, 'default');
/** The events of an object, as `TYPE REASON MESSAGE`. */
export async function eventsOf(plane: ControlPlane, name: string): Promise<string[]> {
  const events = (await plane.list(CoreEvents)).filter(({ involvedObject }) => involvedObject.name === name);
  return events.map(({ type, reason, message }) => `${type} ${reason} ${message}`);
}

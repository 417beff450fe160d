import type { Node, Pod, PodSpec } from '@kubernats/api';
import { type ApiTransport, createClient, createInformerSet } from '@kubernats/client';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import { createScheduler, type SchedulerConfig, type SchedulerDeps } from '../src/index.ts';
import type { FakeApi } from './fake-api.ts';

export const node = (name: string, memory = '8Gi'): Node => ({
  metadata: { name, labels: { hostname: name } },
  status: { allocatable: { cpu: '4', memory, pods: '110' } },
});
export const pod = (name: string, memory = '1Gi', spec: Partial<PodSpec> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', generation: 1 },
  spec: { schedulerName: 'default-scheduler', containers: [{ name: 'web', resources: { requests: { memory } } }], ...spec },
});

/** Runs a scheduler on the fake until `stop`. */
export function start(api: ApiTransport, config: SchedulerConfig = {}, clock = new SteppedClock(), questions?: SchedulerDeps['questions']) {
  const client = createClient(api);
  const informers = createInformerSet(api);
  const scheduler = createScheduler({ client, informers, clock, random: seededRandom(1), ...(questions && { questions }) }, config);
  const stop = new AbortController();
  const done = Promise.all([informers.run(stop.signal), scheduler.run(stop.signal)]);
  return { clock, scheduler, stop, done };
}

export const nodeOf = (api: FakeApi, name: string) => api.pod(name)?.spec?.nodeName;
export const eventTexts = (api: FakeApi) => api.events.map((event) => `${event.type} ${event.reason} ${event.message}`);

import type { ControllerRevision, Pod, StatefulSet } from '@kubernats/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';

/** A set, its Pods, and a kubelet that does what the test says. */
class World {
  readonly policy: string;
  readonly maxUnavailable: number;
  readonly pods = new Map<string, Pod>();
  #uids = 0;
  replicas = 3;
  revision = 1;

  constructor(policy: string, maxUnavailable: number) {
    this.policy = policy;
    this.maxUnavailable = maxUnavailable;
  }

  #set(): StatefulSet {
    return {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'web', namespace: 'default', uid: 'me' },
      spec: {
        replicas: this.replicas,
        podManagementPolicy: this.policy,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [] } },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0, maxUnavailable: this.maxUnavailable } },
      },
    };
  }

  reconcile(): number {
    const update: ControllerRevision = { metadata: { name: `r${this.revision}` }, data: {}, revision: this.revision };
    const steps = decide({ set: this.#set(), pods: [...this.pods.values()], claim: () => undefined, current: update, update, nowMs: 0 });
    for (const step of steps) {
      const name = (step.do === 'own' ? undefined : step.pod.metadata?.name) ?? '';
      if (step.do === 'create') {
        expect(this.pods.has(name), `a second ${name}`).toBe(false);
        if (this.policy === 'OrderedReady') expect(this.beingMade()).toEqual([]);
        this.#put({ ...step.pod, metadata: { ...step.pod.metadata, uid: `${this.#uids++}` }, status: { phase: 'Pending' } });
      } else if (step.do === 'delete') {
        expect(step.pod.metadata?.deletionTimestamp, `${name} twice`).toBeUndefined();
        this.remove(name);
      }
    }
    return steps.length;
  }

  /** Pods that were never ready, and are not on their way out. */
  beingMade(): string[] {
    const young = [...this.pods.values()].filter(({ metadata, status }) => status?.phase === 'Pending' && !metadata?.deletionTimestamp);
    return young.map(({ metadata }) => metadata?.name ?? '');
  }

  remove(name: string): void {
    const pod = this.pods.get(name);
    if (pod) this.#put({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  }

  report(name: string, phase: string, ready: boolean): void {
    const pod = this.pods.get(name);
    if (pod && pod.status?.phase !== 'Failed')
      this.#put({ ...pod, status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] } });
  }

  /** All that waits for the kubelet is done. */
  settle(): void {
    for (const [name, { metadata }] of [...this.pods]) {
      if (metadata?.deletionTimestamp) this.pods.delete(name);
      else this.report(name, 'Running', true);
    }
  }

  #put(pod: Pod): void {
    this.pods.set(pod.metadata?.name ?? '', pod);
  }
}

const pod = fc.integer({ min: 0, max: 5 }).map((ordinal) => `web-${ordinal}`);
const event = fc.oneof(
  fc.record({ replicas: fc.integer({ min: 0, max: 5 }) }).map(
    ({ replicas }) =>
      (world: World) =>
        void (world.replicas = replicas),
  ),
  fc.constant((world: World) => void world.revision++),
  pod.map((name) => (world: World) => world.report(name, 'Running', true)),
  pod.map((name) => (world: World) => world.report(name, 'Running', false)),
  pod.map((name) => (world: World) => world.report(name, 'Failed', false)),
  pod.map((name) => (world: World) => world.remove(name)),
  fc.constant((world: World) => world.settle()),
);

test.each(['OrderedReady', 'Parallel'])(
  '%s: whatever happens, no ordinal has two Pods, and the set comes to what it should be',
  (policy) => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (events, maxUnavailable) => {
        const world = new World(policy, maxUnavailable);
        for (const happens of events) {
          happens(world);
          world.reconcile();
        }
        let rounds = 0;
        do {
          world.settle();
          expect(rounds++).toBeLessThan(40);
        } while (world.reconcile() > 0 || world.pods.size !== world.replicas);
        const wanted = Array.from({ length: world.replicas }, (_, i) => `web-${i}`);
        expect([...world.pods.keys()].sort()).toEqual(wanted);
        for (const { metadata } of world.pods.values()) expect(metadata?.labels?.['controller-revision-hash']).toBe(`r${world.revision}`);
      }),
      { numRuns: 300 },
    );
  },
);

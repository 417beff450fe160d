import type { Deployment, ReplicaSet } from '@kubernats/api';
import { type Random, seededRandom } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { scaled } from '../count-or-percent.ts';
import { type DeploymentPlan, decide, objectOf } from './decide.ts';

type Bounds = { maxSurge: number | string; maxUnavailable: number | string };

function deployment(replicas: number, rollingUpdate: Bounds, image: string): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', uid: 'd1', generation: 1, annotations: {} },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
    },
  };
}

/** ReplicaSets whose Pods come and go in their own time, as far as a Deployment can see. */
class World {
  readonly replicaSets = new Map<string, ReplicaSet>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  apply(plan: DeploymentPlan): boolean {
    const written = [...(plan.create ? [plan.create] : []), ...plan.update.map(objectOf)];
    for (const each of written) {
      const creationTimestamp = each.metadata?.creationTimestamp ?? `2026-01-01T00:00:0${this.replicaSets.size}Z`;
      this.replicaSets.set(each.metadata?.name ?? '', {
        ...each,
        metadata: { ...each.metadata, uid: each.metadata?.name, creationTimestamp },
      });
    }
    return written.length > 0;
  }

  /** Some Pods become ready; what is not wanted any more goes, an available Pod only where no other is left. Some ReplicaSets are late. */
  live(): void {
    for (const [name, each] of this.replicaSets) {
      if (this.#random.next() < 0.3) continue;
      const replicas = each.spec?.replicas ?? 0;
      const before = Math.min(each.status?.availableReplicas ?? 0, replicas);
      const availableReplicas = before + Math.floor(this.#random.next() * (replicas - before + 1));
      this.replicaSets.set(name, { ...each, status: { replicas, availableReplicas, readyReplicas: availableReplicas } });
    }
  }

  get wanted(): number {
    return this.#sum((each) => each.spec?.replicas ?? 0);
  }

  /** What is available once the ReplicaSets have done what their spec says. */
  get available(): number {
    return this.#sum((each) => Math.min(each.status?.availableReplicas ?? 0, each.spec?.replicas ?? 0));
  }

  #sum(count: (replicaSet: ReplicaSet) => number): number {
    return [...this.replicaSets.values()].reduce((total, each) => total + count(each), 0);
  }
}

function step(world: World, target: Deployment): boolean {
  return world.apply(decide({ deployment: target, replicaSets: [...world.replicaSets.values()], podsOf: () => [], nowMs: 0 }));
}

const bounds: Bounds[] = [
  { maxSurge: 1, maxUnavailable: 0 },
  { maxSurge: 0, maxUnavailable: 1 },
  { maxSurge: '25%', maxUnavailable: '25%' },
  { maxSurge: '100%', maxUnavailable: 0 },
  { maxSurge: 0, maxUnavailable: '100%' },
];

describe.each(bounds)('a rolling update with maxSurge $maxSurge and maxUnavailable $maxUnavailable', (rollingUpdate) => {
  test.each([1, 2, 3, 7, 10])(
    'of %i Pods ends, and never has too many or too few on its way, even when the next begins before',
    (replicas) => {
      const surge = scaled(rollingUpdate.maxSurge, replicas, Math.ceil);
      const missing = scaled(rollingUpdate.maxUnavailable, replicas, Math.floor);
      // Both round to nothing: then one may be missing, or it would never move.
      const unavailable = surge === 0 && missing === 0 ? 1 : missing;
      for (let seed = 1; seed <= 20; seed++) {
        const random = seededRandom(seed);
        const world = new World(random);
        step(world, deployment(replicas, rollingUpdate, 'v1'));
        while (world.available < replicas) world.live();
        let image = 'v2';
        for (let steps = 0; ; steps++) {
          if (steps === 4 && seed % 2 === 0) image = 'v3';
          const moved = step(world, deployment(replicas, rollingUpdate, image));
          const seen = `seed ${seed}, step ${steps}`;
          expect(world.wanted, seen).toBeLessThanOrEqual(replicas + surge);
          expect(world.available, seen).toBeGreaterThanOrEqual(replicas - unavailable);
          expect(steps, seen).toBeLessThan(500);
          if (!moved && world.wanted === replicas && world.available === replicas && (image === 'v3' || seed % 2 === 1)) break;
          world.live();
        }
        const active = [...world.replicaSets.values()].filter(({ spec }) => (spec?.replicas ?? 0) > 0);
        expect(active.map(({ spec }) => spec?.template?.spec?.containers[0]?.image)).toEqual([image]);
      }
    },
  );
});

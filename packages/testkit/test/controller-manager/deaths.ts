import { ControllerRevisions, EndpointSlices, Jobs, type KindRef, PersistentVolumeClaims, Pods, ReplicaSets } from '@kubernats/api';
import type { ControllerManagerConfig } from '@kubernats/controller-manager';
import { isNotFound } from '@kubernats/errors';
import { expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { follow } from './cron-jobs.ts';
import { isReady } from './objects.ts';

/** Something that controllers bring about, with all that must hold in the end. */
export interface Story {
  what: string;
  /** Lets it happen. `pass` moves time by a second. */
  run(plane: ControlPlane, pass: () => Promise<void>): Promise<void>;
  check(plane: ControlPlane): Promise<void>;
  /** How many Pods there are in it, one after the other. */
  pods: number;
  config?: Partial<ControllerManagerConfig>;
}

/** A test that tells the story once for each of its writes, which is the last one of a controller-manager. */
export function whoeverDies(story: Story): void {
  test(`P8: ${story.what} ends as it should, with no Pod more than it needs, whichever write is the last one of a controller-manager`, async () => {
    const writes = await tell(story, Number.POSITIVE_INFINITY);
    expect(writes).toBeGreaterThan(0);
    for (let deathAfter = 0; deathAfter < writes; deathAfter++) await tell(story, deathAfter);
  });
}

/** Tells the story with controllers that die after so many writes; others begin two seconds later. Answers how many writes it took. */
async function tell({ run, check, pods, config }: Story, deathAfter: number): Promise<number> {
  await using plane = await startControlPlane(config, { direct: true });
  const made = new Set<string>();
  await using _pods = follow(plane, Pods, ({ metadata }) => made.add(metadata?.uid ?? ''), '');
  await plane.pass(1);
  const before = plane.written.length;
  plane.dieAfter(deathAfter);
  let deadSeconds = 0;
  await run(plane, async () => {
    await plane.pass(1);
    if (plane.isDead() && ++deadSeconds === 2) await plane.restart();
  });
  await plane.restart();
  await plane.pass(1);
  await check(plane);
  const writes = plane.written.length;
  await plane.pass(5);
  expect(plane.written.slice(writes), 'written though all is as it should be').toEqual([]);
  await hasOneOwnerEach(plane);
  expect(made.size, `dead after ${deathAfter} writes: ${plane.written.join(', ')}`).toBe(pods);
  return writes - before;
}

const OWNED: readonly KindRef[] = [Pods, ReplicaSets, ControllerRevisions, Jobs, PersistentVolumeClaims, EndpointSlices];

async function hasOneOwnerEach(plane: ControlPlane): Promise<void> {
  for (const kind of OWNED) {
    for (const { metadata } of await plane.list(kind)) {
      const controllers = metadata?.ownerReferences?.filter(({ controller }) => controller) ?? [];
      expect(controllers.length, metadata?.name).toBeLessThanOrEqual(1);
    }
  }
}

/** What kubelets do in a second: all Pods become ready, and those on their way out go. */
export async function tend(plane: ControlPlane): Promise<void> {
  const pods = plane.client.kind(Pods);
  for (const pod of await plane.list(Pods)) {
    const { name = '', namespace, deletionTimestamp } = pod.metadata ?? {};
    if (deletionTimestamp) await pods.delete(name, namespace, { gracePeriodSeconds: 0 }).catch(unlessGone);
    else if (!isReady(pod) && pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded') {
      const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
      await pods.patch(name, namespace, 'strategic', { status }, { subresource: 'status' });
    }
  }
}

export function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

/** Lets time pass, with kubelets at work, until it is so. */
export async function until(plane: ControlPlane, pass: () => Promise<void>, isSo: () => Promise<boolean>): Promise<void> {
  for (let seconds = 0; !(await isSo()); seconds++) {
    expect(seconds, plane.written.join(', ')).toBeLessThan(60);
    await tend(plane);
    await pass();
  }
}

import { Pods } from '@kubernats/api';
import { expect, test } from 'vitest';
import { type AttachPlane, ignoringGone, startAttachPlane } from './attach-plane.ts';

/** A volume comes to one node, and moves to another one. */
async function move(plane: AttachPlane): Promise<void> {
  await plane.addPod('one', 'node1', 'data');
  await plane.settle();
  await plane.addPod('two', 'node2', 'data');
  await plane.deletePod('one');
  await plane.settle();
}

async function withDisk(): Promise<AttachPlane> {
  const plane = await startAttachPlane();
  await plane.addDisk('data');
  await plane.settle(500);
  return plane;
}

const ATTACHED = ['create volumeattachments', 'patch volumeattachments', 'patch volumeattachments', 'patch nodes'];
const DETACHED = ['patch nodes', 'delete volumeattachments', 'patch volumeattachments', 'patch volumeattachments'];
/** With the one that marks the PersistentVolume. */
const WRITES = 2 * ATTACHED.length + DETACHED.length + 1;

test('V6: what is written when a volume moves from one node to another', async () => {
  await using plane = await withDisk();
  const before = plane.written.length;
  await move(plane);
  const written = plane.written.slice(before);
  expect(written).toHaveLength(WRITES);
  expect(written.filter((write) => write !== 'patch persistentvolumes')).toEqual([...ATTACHED, ...DETACHED, ...ATTACHED]);
});

const deaths = Array.from({ length: WRITES }, (_, i) => i + 1).flatMap((write) => [true, false].map((isDone) => ({ write, isDone })));

test.each(deaths)(
  'V6: what a controller leaves that dies at its write $write (done: $isDone), the next one finishes',
  async ({ write, isDone }) => {
    await using plane = await withDisk();
    plane.failAt(write, isDone);
    await move(plane);
    await plane.restart();
    await plane.settle();
    await plane.settle();
    expect([plane.disks.attachedTo('data'), plane.disks.mountedOn('node2'), plane.disks.broken]).toEqual([['node2'], ['data'], []]);
    expect((await plane.attachments()).map(({ spec }) => spec.nodeName)).toEqual(['node2']);
  },
);

const DISKS = ['a', 'b'];
const NODES = ['node1', 'node2', 'node3'];
const STEPS = 40;
const pick = <T>({ random }: AttachPlane, all: readonly T[]): T => all[random.int(all.length)] as T;

/** What people, machines and the cloud do, in any order. */
const STEP: Record<string, (plane: AttachPlane) => Promise<unknown>> = {
  addPod: (plane) => plane.addPod(`pod${plane.random.int(1_000_000)}`, pick(plane, NODES), pick(plane, DISKS)),
  async deletePod(plane) {
    const pods = await plane.pods();
    if (pods.length > 0) await plane.deletePod(pick(plane, pods).metadata?.name ?? '');
  },
  /** As who has seen that the node is off. */
  async forceDeletePods(plane) {
    for (const { metadata, spec } of await plane.pods()) {
      const isLost = plane.nodes.get(spec?.nodeName ?? '')?.isOn === false;
      if (isLost) await ignoringGone(plane.client.kind(Pods).delete(metadata?.name ?? '', 'default', { gracePeriodSeconds: 0 }));
    }
  },
  async powerOff(plane) {
    await plane.nodes.get(pick(plane, NODES))?.turn(false);
  },
  async powerOn(plane) {
    const node = plane.nodes.get(pick(plane, NODES));
    await node?.setOutOfService(false);
    await node?.turn(true);
  },
  async setOutOfService(plane) {
    const node = plane.nodes.get(pick(plane, NODES));
    if (node?.isOn === false) await node.setOutOfService(true);
  },
  async cloudTrouble(plane) {
    plane.disks.failures = plane.random.int(8);
    plane.disks.attachTakesMs = plane.random.int(5_000);
  },
  async crash(plane) {
    plane.failAt(1 + plane.random.int(4), plane.random.int(2) === 0);
    await plane.settle(plane.random.int(2_000));
    await plane.restart();
  },
  work: (plane) => plane.nodes.get(pick(plane, NODES))?.work() ?? Promise.resolve(),
  passTime: (plane) => plane.clock.advance(plane.random.int(500)),
  settle: (plane) => plane.settle(),
  waitLong: (plane) => plane.settle(7 * 60_000),
};

test.each(Array.from({ length: 6 }, (_, i) => i + 1))(
  'V6: whatever Pods, nodes, clouds and crashes do, a volume is on one node at a time and never taken while it is mounted (seed %i)',
  async (seed) => {
    await using plane = await startAttachPlane({ seed, nodes: NODES });
    for (const disk of DISKS) await plane.addDisk(disk);
    await plane.settle(500);
    const acts: string[] = [];
    for (let i = 0; i < STEPS; i++) {
      const name = pick(plane, Object.keys(STEP));
      acts.push(name);
      await STEP[name]?.(plane);
      expect(plane.disks.broken, acts.join(' ')).toEqual([]);
    }
    // In the end all is well again: what is wanted by one node is there, and what nobody wants is nowhere.
    plane.disks.failures = 0;
    for (const node of plane.nodes.values()) {
      await node.setOutOfService(false);
      await node.turn(true);
    }
    for (let i = 0; i < 3; i++) await plane.settle(10 * 60_000);
    const pods = await plane.pods();
    for (const disk of DISKS) {
      const wanting = new Set(
        pods
          .filter(({ spec }) => spec?.volumes?.some((each) => each.persistentVolumeClaim?.claimName === disk))
          .map(({ spec }) => spec?.nodeName),
      );
      const attached = plane.disks.attachedTo(disk);
      expect([attached.length, attached.every((node) => wanting.has(node))], acts.join(' ')).toEqual([Math.min(1, wanting.size), true]);
      expect(NODES.filter((node) => plane.disks.mountedOn(node).includes(disk))).toEqual(attached);
    }
    expect(plane.disks.broken).toEqual([]);
  },
);

import { BackendError } from '@kubernats/volumes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crashesOf } from './storage-backend/crashes.ts';
import { CAPACITY_BYTES, type StorageBackendSubject, VolumeLife } from './storage-backend/subject.ts';
import { bytesOf, codeOf, textOf, treeOf } from './storage-backend/world.ts';

export type { StorageBackendSubject } from './storage-backend/subject.ts';

export interface StorageBackendOptions {
  /** It makes volumes, and removes them. Otherwise the subject brings some that are written by hand. */
  makesVolumes: boolean;
  /** Containers can write to them. */
  writable: boolean;
  attaches: boolean;
  onNode: boolean;
}

const HOSTILE_NAMES = [
  '.',
  '..',
  '../../etc',
  '/etc/passwd',
  'a/b',
  'a%2Fb',
  'a',
  '__proto__',
  'constructor',
  'x'.repeat(300),
  `${'x'.repeat(299)}y`,
  'with space',
  '%',
  'ü\n*',
  'detached',
  'A',
];

/** V5: what every kind of storage does. */
export function storageBackendContract(
  name: string,
  { makesVolumes, writable, attaches, onNode }: StorageBackendOptions,
  makeSubject: () => Promise<StorageBackendSubject>,
): void {
  describe(`V5: storage back end ${name}`, () => {
    let subject: StorageBackendSubject;
    let life: VolumeLife;
    beforeEach(async () => {
      subject = await makeSubject();
      life = new VolumeLife(subject, 'pvc-1');
    });
    afterEach(() => subject.close());
    const elsewhere = onNode ? 'node1' : 'node2';

    it('says what it is', () => {
      expect(subject.backend.traits).toMatchObject({ attach: attaches, onNode });
      expect(subject.backend.traits.accessModes.length).toBeGreaterThan(0);
    });

    it('does nothing twice: every call may come again', async () => {
      const volume = await life.create();
      expect(await life.create()).toEqual(volume);
      for (let i = 0; i < 2; i++) await life.attach(volume, 'node1');
      const node = await life.world().node('node1');
      const files = await node.mount(life.request(volume));
      const before = await files.list('/');
      if (writable) await files.write('/x', bytesOf('x'));
      const again = await (await life.world().node('node1')).mount(life.request(volume));
      expect(await again.list('/')).toEqual(writable ? [...before, 'x'].sort() : before);
      for (let i = 0; i < 2; i++) await node.release('pod1');
      for (let i = 0; i < 2; i++) await life.detach(volume, 'node1');
      if (makesVolumes) for (let i = 0; i < 2; i++) await life.delete(volume);
    });

    it('two volumes never see each other', async () => {
      const [one, two] = [await life.use(), await new VolumeLife(subject, 'pvc-2').use()];
      if (writable) {
        await one.files.write('/mine', bytesOf('one'));
        await two.files.write('/mine', bytesOf('two'));
        expect(textOf(await one.files.read('/mine'))).toBe('one');
      }
      expect(await treeOf(one.files)).not.toEqual(await treeOf(two.files));
    });

    it('refuses to write to what is mounted to be read only', async () => {
      const { volume, volumes } = await life.use();
      const readOnly = await volumes.mount(life.request(volume, { readOnly: true, pod: 'pod2' }));
      for (const work of [readOnly.write('/x', bytesOf('x')), readOnly.mkdir('/d'), readOnly.remove('/')]) {
        expect(await codeOf(work)).toBe('EROFS');
      }
    });

    it.skipIf(!writable)('keeps data over an unmount, and shows them where it is attached next', async () => {
      const { volume, files, volumes } = await life.use();
      await files.write('/x', bytesOf('kept'));
      await volumes.release('pod1');
      expect(textOf(await (await life.use()).files.read('/x'))).toBe('kept');
      await (await life.world().node('node1')).release('pod1');
      await life.detach(volume, 'node1');
      expect(textOf(await (await life.use(elsewhere)).files.read('/x'))).toBe('kept');
    });

    it.skipIf(!attaches)('is attached to one node at a time, and mounted there only', async () => {
      const { volume, files } = await life.use();
      await expect(life.attach(volume, 'node2')).rejects.toThrow(BackendError);
      const other = await life.world().node('node2');
      await expect(other.mount(life.request(volume))).rejects.toThrow(BackendError);
      await life.detach(volume, 'node2');
      await files.write('/x', bytesOf('still here'));
      // A node that is lost does not unmount; when it comes back it must not write to what another node has.
      await life.detach(volume, 'node1');
      await life.attach(volume, 'node2');
      expect(await codeOf(files.write('/x', bytesOf('too late')))).toBe('ENOENT');
      expect(textOf(await (await other.mount(life.request(volume))).read('/x'))).toBe('still here');
    });

    it.skipIf(!onNode)('lies on its node: no other one mounts it', async () => {
      const { volume } = await life.use();
      await expect((await life.world().node('node2')).mount(life.request(volume))).rejects.toThrow(BackendError);
    });

    it.skipIf(!writable)(
      'is full exactly at its size, for all who have it, and holds more once it has grown, while it is mounted',
      async () => {
        const { volume, files, volumes } = await life.use();
        const other = await volumes.mount(life.request(volume, { pod: 'pod2' }));
        await files.write('/a', new Uint8Array(CAPACITY_BYTES - 1));
        expect(await codeOf(other.write('/b', new Uint8Array(2)))).toBe('ENOSPC');
        await other.write('/b', new Uint8Array(1));
        expect(await codeOf(files.append('/a', new Uint8Array(1)))).toBe('ENOSPC');
        await files.write('/a', new Uint8Array(10));
        await files.write('/a', new Uint8Array(CAPACITY_BYTES - 1));
        if (subject.backend.traits.expansion !== 'online') return;
        const { onNode: nodeActs } = await subject.backend.expand(volume, 2 * CAPACITY_BYTES, await life.world().controller());
        expect(nodeActs).toBe(true);
        volumes.grow(subject.backend.name, volume, 2 * CAPACITY_BYTES);
        await other.write('/b', new Uint8Array(CAPACITY_BYTES + 1));
        expect(await codeOf(files.append('/a', new Uint8Array(1)))).toBe('ENOSPC');
      },
    );

    it.skipIf(!makesVolumes)('leaves nothing behind when it is deleted', async () => {
      const traces: string[][] = [];
      for (const round of ['pvc-1', 'pvc-2']) {
        const one = new VolumeLife(subject, round);
        const { volume, files, volumes } = await one.use();
        await files.mkdir('/d/e', { recursive: true });
        await files.write('/d/e/x', bytesOf('x'));
        await files.symlink('/d', '/link');
        await volumes.release('pod1');
        await one.detach(volume, 'node1');
        await one.delete(volume);
        traces.push(await treeOf(subject.root));
      }
      expect(traces[1]).toEqual(traces[0]);
      expect(traces[0]?.filter((row) => row.includes('pvc-1'))).toEqual([]);
    });

    it.skipIf(!writable)('links that a container plants in it lead nowhere outside', async () => {
      await subject.root.write('/secret', bytesOf('secret'));
      const { volume, files, volumes } = await life.use();
      const targets = ['/secret', ...Array.from({ length: 12 }, (_, i) => `${'../'.repeat(i + 1)}secret`)];
      if (subject.root.hostPath !== undefined) targets.push(`${subject.root.hostPath}/secret`, subject.root.hostPath);
      for (const [i, target] of targets.entries()) {
        await files.symlink(target, `/link${i}`);
        for (const path of [`/link${i}`, `/link${i}/secret`]) expect(await codeOf(files.read(path))).toMatch(/ENOENT|ENOTDIR|EISDIR/);
        await codeOf(files.write(`/link${i}`, bytesOf('mine')));
        await codeOf(files.remove(`/link${i}/secret`));
        await files.remove('/secret');
      }
      expect(textOf(await subject.root.read('/secret'))).toBe('secret');
      await volumes.release('pod1');
      await life.detach(volume, 'node1');
      if (makesVolumes) await life.delete(volume);
      expect(textOf(await subject.root.read('/secret'))).toBe('secret');
    });

    it('names of any kind are volumes of their own, and stay inside', async () => {
      const lives = HOSTILE_NAMES.map((hostile) => new VolumeLife(subject, hostile));
      const seen = new Map<string, string>();
      for (const one of lives) {
        const { files } = await one.use();
        if (writable) {
          expect(await files.list('/')).toEqual([]);
          await files.write('/name', bytesOf(one.name));
        }
        seen.set(one.name, JSON.stringify(await treeOf(files)));
      }
      expect(new Set(seen.values()).size).toBe(HOSTILE_NAMES.length);
      for (const one of lives) expect(JSON.stringify(await treeOf((await one.use()).files))).toBe(seen.get(one.name));
      if (subject.written === undefined) expect(await subject.root.list('/')).toEqual(['nodes', 'storage']);
    });

    if (makesVolumes) {
      crashesOf(makeSubject);

      it('refuses parameters that it does not know, and says which it knows not', async () => {
        const request = { name: 'pvc-1', capacityBytes: CAPACITY_BYTES, node: 'node1' };
        for (const parameter of ['nonsense', '__proto__', 'constructor']) {
          const parameters: Record<string, string> = JSON.parse(`{"${parameter}":"x"}`);
          const creating = subject.backend.create({ ...request, parameters }, await life.world().controller());
          await expect(creating).rejects.toThrow(`unknown parameter "${parameter}"`);
        }
        const parameters = { 'csi.storage.k8s.io/fstype': 'ext4' };
        await subject.backend.create({ ...request, parameters }, await life.world().controller());
        expect(subject.backend.parametersWithoutEffect?.(parameters)).toEqual(['csi.storage.k8s.io/fstype']);
      });
    }
  });
}

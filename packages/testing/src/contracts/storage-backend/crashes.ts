import { describe, expect, it } from 'vitest';
import { Crash, type CrashPoint, Faults } from './faults.ts';
import { type StorageBackendSubject, VolumeLife } from './subject.ts';
import { bytesOf, textOf, treeOf } from './world.ts';

type Call = (life: VolumeLife, faults?: Faults) => Promise<void>;

/** A call of the life of a volume. What it begins with, and what is true when it is done. */
interface Row {
  call: string;
  prepare: Call;
  does: Call;
  holds: Call;
}

const used: Call = async (life) => {
  const { files } = await life.use();
  await files.write('/x', bytesOf('kept'));
};
const released: Call = async (life) => {
  await used(life);
  await (await life.world().node('node1')).release('pod1');
};
const showsData: Call = async (life) => expect(textOf(await (await life.use()).files.read('/x'))).toBe('kept');

const ROWS: readonly Row[] = [
  {
    call: 'create',
    prepare: async () => {},
    does: async (life, faults) => void (await life.create(faults)),
    holds: async (life) => expect(await (await life.use()).files.list('/')).toEqual([]),
  },
  {
    call: 'attach',
    prepare: async (life) => void (await life.create()),
    does: async (life, faults) => life.attach(await life.create(), 'node1', faults),
    holds: async (life) => expect(await (await life.use()).files.list('/')).toEqual([]),
  },
  {
    call: 'mount',
    prepare: released,
    does: async (life, faults) => {
      const node = await life.world(faults).node('node1');
      const files = await node.mount(life.request(await life.create()));
      expect(textOf(await files.read('/x'))).toBe('kept');
    },
    holds: showsData,
  },
  {
    call: 'unmount',
    prepare: used,
    does: async (life, faults) => (await life.world(faults).node('node1')).release('pod1'),
    holds: async (life) => {
      expect(await life.subject.root.stat('/nodes/node1/var/lib/kubelet/plugins/kubernats.dev')).toMatchObject({ kind: 'directory' });
      await showsData(life);
    },
  },
  {
    call: 'detach',
    prepare: released,
    does: async (life, faults) => life.detach(await life.create(), 'node1', faults),
    holds: async (life) => {
      const { onNode } = life.subject.backend.traits;
      expect(textOf(await (await life.use(onNode ? 'node1' : 'node2')).files.read('/x'))).toBe('kept');
    },
  },
  {
    call: 'expand',
    prepare: released,
    does: async (life, faults) =>
      void (await life.subject.backend.expand(await life.create(), 2000, await life.world(faults).controller())),
    holds: showsData,
  },
  {
    call: 'delete',
    prepare: async (life) => {
      await released(life);
      await life.detach(await life.create(), 'node1');
    },
    does: async (life, faults) => life.delete(await life.create(), faults),
    holds: async (life) => expect((await treeOf(life.subject.root)).filter((row) => row.includes('kept'))).toEqual([]),
  },
];

/** R2: a process that makes, attaches, mounts … a volume dies at any of its steps; the next one finishes what it had begun. */
export function crashesOf(makeSubject: () => Promise<StorageBackendSubject>): void {
  describe('R2: the process dies in the middle, and the call comes again', () => {
    it.each(ROWS)('of $call', async (row) => {
      for (const when of ['before', 'after'] as const) {
        for (let step = 0; await crashesAt(row, { step, when }); step++);
      }
    });
  });

  /** Whether the call came as far as that. */
  async function crashesAt({ prepare, does, holds }: Row, point: CrashPoint): Promise<boolean> {
    const subject = await makeSubject();
    try {
      const life = new VolumeLife(subject, 'pvc-1');
      await prepare(life);
      const faults = new Faults(point);
      await does(life, faults).catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error;
      });
      await does(life);
      await holds(life);
      return faults.hasCrashed;
    } finally {
      await subject.close();
    }
  }
}

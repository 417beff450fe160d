// Network shares that remember: whenever a node mounts one, what is in it is copied to /.snapshots/<time> first. The oldest copies go.
import { copyTree, defineStorageBackend, type Files, volumeFolder } from '@kubernats/storage-backend';

const SNAPSHOTS = '.snapshots';
const KEPT = 5;

export default defineStorageBackend({
  name: 'snapshots',
  parameters: ['keep'],
  // One node at a time: a copy is made before anybody writes.
  traits: { accessModes: ['ReadWriteOnce', 'ReadWriteOncePod'] },
  async mount(volume, side) {
    const files = await volumeFolder(volume, side);
    await takeSnapshot(files, new Date(side.clock.now()));
    await forgetOldest(files, Number(volume.attributes.keep ?? KEPT));
    return files;
  },
});

async function takeSnapshot(files: Files, now: Date): Promise<void> {
  const names = (await files.list('/')).filter((name) => name !== SNAPSHOTS);
  if (names.length === 0) return;
  const target = `/${SNAPSHOTS}/${now.toISOString()}`;
  // Whatever stands here now is the half of a copy that was broken off.
  const underWay = `/${SNAPSHOTS}/new`;
  await files.remove(underWay);
  await files.mkdir(underWay, { recursive: true });
  for (const name of names) await copyTree({ files, path: `/${name}` }, { files, path: `${underWay}/${name}` });
  await files.rename(underWay, target);
}

async function forgetOldest(files: Files, keep: number): Promise<void> {
  const snapshots = (await files.stat(`/${SNAPSHOTS}`)) ? await files.list(`/${SNAPSHOTS}`) : [];
  for (const name of snapshots.slice(0, Math.max(0, snapshots.length - keep))) await files.remove(`/${SNAPSHOTS}/${name}`);
}

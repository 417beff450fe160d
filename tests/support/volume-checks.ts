import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PersistentVolume, PersistentVolumeClaim } from '@kubernats/api';
import type { RealCluster } from '@kubernats/testing/real-cluster';
import type { VolumeLife } from './volume-life.ts';
import type { WatchedVolumes } from './watched-volumes.ts';

const names = (...path: string[]): string[] => (existsSync(join(...path)) ? readdirSync(join(...path)) : []);

/** Who was ever bound to whom, by what either side said. */
export class Bindings {
  readonly #claimsOf = new Map<string, Set<string>>();
  readonly #volumesOf = new Map<string, Set<string>>();

  constructor({ claims, volumes }: WatchedVolumes) {
    const see = (volume: string | undefined, claim: string | undefined): void => {
      if (volume === undefined || claim === undefined) return;
      this.#claimsOf.set(volume, (this.#claimsOf.get(volume) ?? new Set()).add(claim));
      this.#volumesOf.set(claim, (this.#volumesOf.get(claim) ?? new Set()).add(volume));
    };
    const seeClaim = ({ metadata, spec }: PersistentVolumeClaim): void => see(spec?.volumeName, metadata?.uid);
    const seeVolume = ({ metadata, spec, status }: PersistentVolume): void =>
      see(status?.phase === 'Bound' ? metadata?.name : undefined, spec?.claimRef?.uid);
    claims.addHandler({ add: seeClaim, update: seeClaim });
    volumes.addHandler({ add: seeVolume, update: seeVolume });
  }

  /** Volumes that had more than one claim, and claims that had more than one volume. */
  get doubles(): string[] {
    return [...this.#claimsOf, ...this.#volumesOf]
      .filter(([, others]) => others.size > 1)
      .map(([name, others]) => [name, ...others].join(' '));
  }
}

/** The folders of volumes on this machine: what is in the file `owner` of each, by the volume's name. */
export function volumesOnDisk({ home, name }: RealCluster): Map<string, string[]> {
  const top = join(home, name);
  const homes = [
    join(top, 'storage/shared/nas/exports'),
    ...names(top, 'nodes').map((node) => join(top, 'nodes', node, 'var/lib/kubernats/volumes')),
  ];
  const folders = [
    ...homes.flatMap((path) => names(path).map((volume) => ({ volume, path: join(path, volume) }))),
    // The data of a disk lie in a folder that says where it is attached, and the disks of a driver in a folder of their own.
    ...names(top, 'storage/block').flatMap((driver) =>
      names(top, 'storage/block', driver).flatMap((volume) => {
        const path = join(top, 'storage/block', driver, volume);
        const inside = names(path);
        return inside.length === 0 ? { volume, path } : inside.map((data) => ({ volume, path: join(path, data) }));
      }),
    ),
  ];
  const found = new Map<string, string[]>();
  for (const { volume, path } of folders) {
    const file = join(path, 'owner');
    found.set(volume, [...(found.get(volume) ?? []), existsSync(file) ? readFileSync(file, 'utf8') : '']);
  }
  return found;
}

/** What is wrong with what both Pods wrote, in the order in which they did: a Pod that is started again may write again. */
export function wrongData({ name }: VolumeLife, data: string): string[] {
  return new RegExp(`^(${name}-first\n)+(${name}-second\n)+$`).test(data) ? [] : [`${name}: ${JSON.stringify(data)}`];
}

/** What nodes and the API still have of volumes that nobody uses. */
export function leftovers({ home, name }: RealCluster, { attachments, nodes, pods, claims }: WatchedVolumes): string[] {
  const kubelet = (node: string, folder: string): string => join(home, name, 'nodes', node, 'var/lib/kubelet', folder);
  return [
    ...[...attachments.values(), ...pods.values(), ...claims.values()].map(({ kind, metadata }) => `${kind} ${metadata?.name}`),
    ...nodes.list().flatMap(({ metadata, status }) => {
      const node = metadata?.name ?? '';
      const plugins = kubelet(node, 'plugins/kubernats.dev');
      return [
        ...(status?.volumesInUse ?? []).map((each) => `${node} uses ${each}`),
        ...(status?.volumesAttached ?? []).map((each) => `${node} has ${each.name}`),
        ...names(plugins).flatMap((backend) => names(plugins, backend).map((volume) => `${node} mounts ${backend} ${volume}`)),
        ...names(kubelet(node, 'pods')).map((uid) => `${node} keeps the folder of Pod ${uid}`),
      ];
    }),
  ];
}

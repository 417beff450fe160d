import type { Files } from '@kubernats/files';
import { folderName, sha256 } from '../folder-name.ts';
import type { VolumeRef } from '../port.ts';

/** A volume that a node has mounted, or has begun to. */
export interface MountRecord {
  readonly backend: string;
  readonly volume: VolumeRef;
  /** The uids of those who asked for it. */
  readonly pods: readonly string[];
}

/** Where a node keeps what belongs to its mounts; real kubelets keep theirs beside it. */
const PLUGINS_FOLDER = '/var/lib/kubelet/plugins/kubernats.dev';
const RECORD = 'vol_data.json';
const FOLDER = 'mount';
/** Of the sum of what a volume says beside its handle, in the name of its folder. */
const BESIDE_DIGITS = 32;

/** What a node has mounted, on its disk. */
export class MountRecords {
  readonly #disk: Files;

  constructor(disk: Files) {
    this.#disk = disk;
  }

  async write(record: MountRecord): Promise<void> {
    const home = homeOf(record);
    await this.#disk.mkdir(home, { recursive: true });
    await this.#disk.replace(`${home}/${RECORD}`, new TextEncoder().encode(JSON.stringify(record)));
  }

  /** Forgets the mount, with its folder. */
  async remove(record: MountRecord): Promise<void> {
    await this.#disk.remove(homeOf(record));
  }

  /** A folder for the mount alone; there already is fine. */
  async folder(record: MountRecord): Promise<Files> {
    const path = `${homeOf(record)}/${FOLDER}`;
    await this.#disk.mkdir(path, { recursive: true });
    return this.#disk.scope(path);
  }

  async all(): Promise<MountRecord[]> {
    const records: MountRecord[] = [];
    for (const backend of await this.#names(PLUGINS_FOLDER)) {
      for (const volume of await this.#names(`${PLUGINS_FOLDER}/${backend}`)) {
        const record = await this.#read(`${PLUGINS_FOLDER}/${backend}/${volume}/${RECORD}`);
        if (record) records.push(record);
      }
    }
    return records;
  }

  async #names(folder: string): Promise<string[]> {
    return (await this.#disk.stat(folder))?.kind === 'directory' ? this.#disk.list(folder) : [];
  }

  async #read(path: string): Promise<MountRecord | undefined> {
    if ((await this.#disk.stat(path))?.kind !== 'file') return undefined;
    try {
      const record: unknown = JSON.parse(new TextDecoder().decode(await this.#disk.read(path)));
      return isRecord(record) ? record : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}

/** What a volume says beside its handle, the same however it is written; empty: nothing. */
export function besideHandle({ attributes, driver }: VolumeRef): string {
  const entries = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return driver === undefined && entries.length === 0 ? '' : JSON.stringify([driver, entries]);
}

function homeOf({ backend, volume }: MountRecord): string {
  const beside = besideHandle(volume);
  const name = folderName(volume.handle) + (beside === '' ? '' : `-${sha256(beside).slice(0, BESIDE_DIGITS)}`);
  return `${PLUGINS_FOLDER}/${folderName(backend)}/${name}`;
}

/** Whoever mounts the node's disk may have written there. */
function isRecord(value: unknown): value is MountRecord {
  const { backend, volume, pods } = { ...(value as Partial<MountRecord> | null) };
  const attributes = volume?.attributes;
  return (
    typeof backend === 'string' &&
    typeof volume?.handle === 'string' &&
    (volume.driver === undefined || typeof volume.driver === 'string') &&
    typeof attributes === 'object' &&
    attributes !== null &&
    Object.values(attributes).every((attribute) => typeof attribute === 'string') &&
    Array.isArray(pods) &&
    pods.every((pod) => typeof pod === 'string')
  );
}

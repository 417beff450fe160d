import type { Container, Pod } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Log } from '@kubernats/client';
import type { Timer } from '@kubernats/clock';
import type { Mount } from '@kubernats/containers';
import { type Files, FilesError } from '@kubernats/files';
import { containerMounts } from './container-mounts.ts';
import { emptyDir } from './empty-dir.ts';
import { hostPath } from './host-path.ts';
import { persistentVolumeClaim } from './persistent-volume-claim.ts';
import { podFolder } from './pod-folder.ts';
import { configMap, downwardApi, projected, secret } from './projected.ts';
import { MountError, type PreparedVolume, type VolumeDeps, type VolumePlugin } from './volume.ts';

export { PODS_FOLDER, podFolder } from './pod-folder.ts';

const PLUGINS: readonly VolumePlugin[] = [emptyDir, hostPath, persistentVolumeClaim, configMap, secret, projected, downwardApi];
/** How long a refresh waits that went wrong for a reason that will pass. */
const RETRY_MS = 10_000;
/** How often it is looked for something on the node that a Pod waits for: a person makes it there, and nobody tells. */
const LOOK_MS = 1000;

/** Volumes of the Pod cannot be mounted; the messages are those of the FailedMount events. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
  readonly messages: readonly string[];
  constructor(...messages: string[]) {
    super(messages.join('; '));
    this.messages = messages;
  }
}

/** What a volume takes up. */
export interface VolumeUsage {
  name: string;
  bytes: number;
  /** It counts as memory. */
  inMemory: boolean;
}

export interface PodVolumesDeps {
  log: Log;
  /** The Pod as it is now. */
  pod(): Pod;
  /** Something that the Pod refers to has changed: what could not be had may be there. */
  changed(): void;
  /** A volume could not be brought up to date; the text is the FailedMount event's. */
  failed(message: string): void;
}

/** The volumes of one Pod: made when the Pod is set up, and kept up to date as long as it is there. */
export class PodVolumes {
  readonly #own: PodVolumesDeps;
  readonly #prepared = new Map<string, PreparedVolume>();
  #deps: VolumeDeps | undefined;
  #unfollow: (() => void) | undefined;
  #shown: Pod['metadata'];
  #timer: Timer | undefined;
  /** What is missing on the node. */
  #awaited: (() => Promise<boolean>)[] = [];
  #lookTimer: Timer | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;
  #hasNews = false;

  constructor(own: PodVolumesDeps) {
    this.#own = own;
  }

  /** Prepares all volumes that are not prepared yet. Throws `VolumeError` with all that fail. */
  async setUp(deps: VolumeDeps): Promise<void> {
    const pod = this.#own.pod();
    this.#deps = deps;
    this.#unfollow ??= deps.sources.follow(pod, () => this.#sourceChanged());
    this.#shown = pod.metadata;
    let failures: string[];
    do {
      this.#hasNews = false;
      failures = await this.#prepareAll(pod, deps);
      // What came after it was looked for would be waited for as long as what never comes.
    } while (failures.length > 0 && this.#hasNews);
    if (failures.length > 0) {
      this.#lookSoon(deps);
      throw new VolumeError(...failures);
    }
    this.#setTimer();
  }

  /** The Pod has changed: some volumes show its labels and annotations, and new containers may refer to more. */
  podChanged(before: Pod): void {
    if (!this.#deps) return;
    const pod = this.#own.pod();
    if (before.spec?.ephemeralContainers?.length !== pod.spec?.ephemeralContainers?.length) {
      const old = this.#unfollow;
      this.#unfollow = this.#deps.sources.follow(pod, () => this.#sourceChanged());
      old?.();
    }
    const { labels, annotations } = this.#shown ?? {};
    if (deepEqual(labels, pod.metadata?.labels) && deepEqual(annotations, pod.metadata?.annotations)) return;
    this.#shown = pod.metadata;
    this.#refresh();
  }

  /** What a container mounts. Throws `ConfigError`. */
  async mountsOf(container: Container, env: Readonly<Record<string, string>>): Promise<Mount[]> {
    return this.#deps ? containerMounts(this.#deps.clock, container, this.#prepared, env) : [];
  }

  /** A file of a volume; undefined when it is not there. */
  async read(volume: string, path: string): Promise<Uint8Array | undefined> {
    const files = this.#prepared.get(volume)?.files;
    return (await files?.stat(path))?.kind === 'file' ? files?.read(path) : undefined;
  }

  /** What the volumes that are the Pod's own take up. */
  async usage(): Promise<VolumeUsage[]> {
    const rows: VolumeUsage[] = [];
    for (const [name, { files, refresh, inMemory }] of this.#prepared) {
      if (refresh || inMemory !== undefined) rows.push({ name, bytes: await files.usage(), inMemory: inMemory === true });
    }
    return rows;
  }

  /** Nothing is brought up to date any more. Settles when nothing is being written. */
  async close(): Promise<void> {
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.#deps = undefined;
    this.#timer?.cancel();
    this.#lookTimer?.cancel();
    await this.#refreshing;
    this.#prepared.clear();
  }

  /** What is prepared already stays; the answer says what could not be. */
  async #prepareAll(pod: Pod, deps: VolumeDeps): Promise<string[]> {
    const failures: string[] = [];
    this.#awaited = [];
    for (const volume of pod.spec?.volumes ?? []) {
      if (this.#prepared.has(volume.name)) continue;
      const own = async (plugin: string, mode?: number): Promise<Files> => {
        const path = `${podFolder(pod.metadata?.uid ?? '')}/volumes/${plugin}/${volume.name}`;
        await deps.node.mkdir(path, mode === undefined ? { recursive: true } : { recursive: true, mode });
        return deps.node.scope(path);
      };
      const plugin = PLUGINS.find(({ field }) => volume[field] !== undefined) ?? emptyDir;
      try {
        const named = Object.keys(volume).filter((field) => field !== 'name');
        if (named.length > 0 && volume[plugin.field] === undefined) throw new MountError(`volumes of kind ${named[0]} are not supported`);
        this.#prepared.set(volume.name, await plugin.setUp({ ...deps, pod, volume, own }));
      } catch (error) {
        failures.push(failureOf(volume.name, error));
        if (error instanceof MountError && error.hasCome) this.#awaited.push(error.hasCome);
      }
    }
    return failures;
  }

  #lookSoon(deps: VolumeDeps): void {
    this.#lookTimer?.cancel();
    if (this.#awaited.length > 0) this.#lookTimer = deps.clock.setTimer(LOOK_MS, () => void this.#look(deps));
  }

  async #look(deps: VolumeDeps): Promise<void> {
    const awaited = this.#awaited;
    const looks = await Promise.all(awaited.map((hasCome) => hasCome().catch(() => false)));
    // Meanwhile it may have been tried again, or given up.
    if (this.#deps !== deps || this.#awaited !== awaited) return;
    if (looks.includes(true)) this.#own.changed();
    else this.#lookSoon(deps);
  }

  #sourceChanged(): void {
    this.#hasNews = true;
    this.#refresh();
    this.#own.changed();
  }

  #refresh(): void {
    this.#again = true;
    this.#refreshing ??= this.#refreshAll().finally(() => {
      this.#refreshing = undefined;
    });
  }

  async #refreshAll(): Promise<void> {
    while (this.#again && this.#deps) {
      this.#again = false;
      for (const [name, volume] of this.#prepared) {
        if (!this.#deps) return;
        try {
          await volume.refresh?.(this.#own.pod());
        } catch (error) {
          this.#refreshFailed(name, error);
        }
      }
    }
    this.#setTimer();
  }

  /** The content of before stays. */
  #refreshFailed(name: string, error: unknown): void {
    if (!this.#deps) return;
    if (error instanceof MountError) return this.#own.failed(failureOf(name, error));
    this.#own.log.warn({ error, pod: this.#own.pod().metadata?.name, volume: name }, 'a volume could not be brought up to date');
  }

  #setTimer(): void {
    this.#timer?.cancel();
    if (!this.#deps) return;
    const { clock } = this.#deps;
    const due = Math.min(...[...this.#prepared.values()].map(({ refreshAtMs = Infinity }) => refreshAtMs));
    if (due === Infinity) return;
    const waitMs = due - clock.now();
    this.#timer = clock.setTimer(waitMs > 0 ? waitMs : RETRY_MS, () => this.#refresh());
  }
}

function failureOf(volume: string, error: unknown): string {
  if (!(error instanceof MountError || error instanceof FilesError)) throw error;
  return `MountVolume.SetUp failed for volume "${volume}" : ${error.message}`;
}

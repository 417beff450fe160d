import type { Container, PersistentVolumeClaim, Pod, Volume } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Log } from '@kubernats/client';
import type { Timer } from '@kubernats/clock';
import type { Mount } from '@kubernats/containers';
import { containerMounts } from './container-mounts.ts';
import { emptyDir } from './empty-dir.ts';
import { Failures, failureOf, notMounted } from './failures.ts';
import { hostPath } from './host-path.ts';
import { podFolder } from './pod-folder.ts';
import { configMap, downwardApi, projected, secret } from './projected.ts';
import { isStorageVolume, setUpStorage } from './storage/storage-volume.ts';
import { MountError, type PreparedVolume, type VolumeContext, type VolumeDeps, type VolumePlugin } from './volume.ts';

export { VolumeError } from './failures.ts';
export { PODS_FOLDER, podFolder } from './pod-folder.ts';

const PLUGINS: readonly VolumePlugin[] = [emptyDir, hostPath, configMap, secret, projected, downwardApi];
/** A volume of a back end. */
const STORAGE: Pick<VolumePlugin, 'setUp'> = { setUp: setUpStorage };
/** How long a refresh waits that went wrong for a reason that will pass. */
const RETRY_MS = 10_000;
/** How often it is looked for something on the node that a Pod waits for: a person makes it there, and nobody tells. */
const LOOK_MS = 1000;
/** How long a Pod waits for its volumes to be attached before that is told, and told again. As the kubelet does. */
const ATTACH_TIMEOUT_MS = 123_000;

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
  /** A volume is not there, or could not be brought up to date; the text is the FailedMount event's. */
  failed(message: string): void;
  /** An event of the Pod, or of a claim of its. */
  tell(reason: string, message: string, claim?: PersistentVolumeClaim): void;
}

/** The volumes of one Pod: made when the Pod is set up, and kept up to date as long as it is there. */
export class PodVolumes {
  readonly #own: PodVolumesDeps;
  readonly #prepared = new Map<string, PreparedVolume>();
  #deps: VolumeDeps | undefined;
  #unfollow: (() => void) | undefined;
  #shown: Pod['metadata'];
  #timer: Timer | undefined;
  /** When to try again what went wrong while the volumes were brought up to date. */
  #retryAtMs = Infinity;
  /** The volumes that the Pod waits for to be attached, and until when it says nothing of it. */
  #unattached: readonly string[] = [];
  #attachTimer: Timer | undefined;
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
    this.#unfollow ??= this.#follow(deps);
    this.#shown = pod.metadata;
    let failures: Failures;
    do {
      this.#hasNews = false;
      failures = await this.#prepareAll(pod, deps);
      // What came after it was looked for would be waited for as long as what never comes.
    } while (!failures.isEmpty && this.#hasNews);
    this.#waitForAttach(failures.unattached, deps);
    if (!failures.isEmpty) {
      this.#lookSoon(deps);
      throw failures.toError(this.#unmounted());
    }
    this.#setTimer();
  }

  /** The Pod has changed: some volumes show its labels and annotations, and new containers may refer to more. */
  podChanged(before: Pod): void {
    if (!this.#deps) return;
    const pod = this.#own.pod();
    if (before.spec?.ephemeralContainers?.length !== pod.spec?.ephemeralContainers?.length) {
      const old = this.#unfollow;
      this.#unfollow = this.#follow(this.#deps);
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
    this.#attachTimer?.cancel();
    await this.#refreshing;
    this.#prepared.clear();
  }

  #follow({ sources, node }: VolumeDeps): () => void {
    return sources.follow(this.#own.pod(), () => this.#sourceChanged(), node ? undefined : 'claims');
  }

  /** What is prepared already stays; the answer says what could not be. */
  async #prepareAll(pod: Pod, deps: VolumeDeps): Promise<Failures> {
    const failures = new Failures();
    for (const volume of pod.spec?.volumes ?? []) {
      if (this.#prepared.has(volume.name)) continue;
      const plugin = PLUGINS.find(({ field }) => volume[field] !== undefined) ?? (isStorageVolume(volume) ? STORAGE : emptyDir);
      if (!deps.node && plugin !== STORAGE) continue;
      try {
        this.#prepared.set(volume.name, await plugin.setUp(this.#contextOf(pod, volume, deps)));
      } catch (error) {
        failures.add(volume.name, error);
      }
    }
    this.#awaited = failures.awaited;
    return failures;
  }

  #contextOf(pod: Pod, volume: Volume, deps: VolumeDeps): VolumeContext {
    return {
      ...deps,
      pod,
      volume,
      changed: () => this.#changed(),
      tell: (reason, message, claim) => this.#own.tell(reason, message, claim),
      async own(plugin, mode) {
        if (!deps.node) throw new MountError('the node has no disk');
        const path = `${podFolder(pod.metadata?.uid ?? '')}/volumes/${plugin}/${volume.name}`;
        await deps.node.mkdir(path, mode === undefined ? { recursive: true } : { recursive: true, mode });
        return deps.node.scope(path);
      },
    };
  }

  #unmounted(): string[] {
    return (this.#own.pod().spec?.volumes ?? []).map(({ name }) => name).filter((name) => !this.#prepared.has(name));
  }

  #waitForAttach(unattached: readonly string[], { clock }: VolumeDeps): void {
    this.#unattached = unattached;
    if (unattached.length === 0) {
      this.#attachTimer?.cancel();
      this.#attachTimer = undefined;
      return;
    }
    this.#attachTimer ??= clock.setTimer(ATTACH_TIMEOUT_MS, () => {
      this.#attachTimer = undefined;
      if (!this.#deps) return;
      this.#own.failed(notMounted(this.#unmounted(), this.#unattached, [], 'timed out waiting for the condition'));
      this.#waitForAttach(this.#unattached, this.#deps);
    });
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
    this.#refresh();
    this.#changed();
  }

  #changed(): void {
    this.#hasNews = true;
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
      this.#retryAtMs = Infinity;
      for (const [name, volume] of this.#prepared) {
        if (!this.#deps) return;
        try {
          await volume.refresh?.(this.#own.pod());
          await volume.claimChanged?.();
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
    this.#retryAtMs = this.#deps.clock.now() + RETRY_MS;
    this.#own.log.warn({ error, pod: this.#own.pod().metadata?.name, volume: name }, 'a volume could not be brought up to date');
  }

  #setTimer(): void {
    this.#timer?.cancel();
    if (!this.#deps) return;
    const { clock } = this.#deps;
    const due = Math.min(this.#retryAtMs, ...[...this.#prepared.values()].map(({ refreshAtMs = Infinity }) => refreshAtMs));
    if (due === Infinity) return;
    const waitMs = due - clock.now();
    this.#timer = clock.setTimer(waitMs > 0 ? waitMs : RETRY_MS, () => this.#refresh());
  }
}

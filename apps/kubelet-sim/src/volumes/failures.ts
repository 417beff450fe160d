// How it is told that volumes of a Pod cannot be mounted: the kubelet's words.
import { FilesError } from '@kubernats/files';
import { MountError, UnattachedVolumeError, UnprocessedVolumeError } from './volume.ts';

/** Volumes of the Pod cannot be mounted; the messages are those of the FailedMount events. None: it is waited for what comes by itself. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
  readonly messages: readonly string[];
  constructor(...messages: string[]) {
    super(messages.join('; '));
    this.messages = messages;
  }
}

/** What came of one attempt to prepare the volumes of a Pod. */
export class Failures {
  readonly #messages: string[] = [];
  readonly #unprocessed = new Map<string, string>();
  readonly #unattached: string[] = [];
  /** What is missing on the node: each looks whether it has come. */
  readonly awaited: (() => Promise<boolean>)[] = [];

  /** Throws what is nobody's to wait for. */
  add(volume: string, error: unknown): void {
    if (error instanceof UnprocessedVolumeError) this.#unprocessed.set(volume, error.message);
    else if (error instanceof UnattachedVolumeError) this.#unattached.push(volume);
    else this.#messages.push(failureOf(volume, error));
    if (error instanceof MountError && error.failure.hasCome) this.awaited.push(error.failure.hasCome);
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0 && this.#unprocessed.size === 0 && this.#unattached.length === 0;
  }

  /** Volumes that are not attached to the node. */
  get unattached(): readonly string[] {
    return this.#unattached;
  }

  /** `unmounted`: all that the Pod is still without. */
  toError(unmounted: readonly string[]): VolumeError {
    if (this.#unprocessed.size === 0) return new VolumeError(...this.#messages);
    const why = [...this.#unprocessed.values()].join('; ');
    return new VolumeError(...this.#messages, notMounted(unmounted, this.#unattached, [...this.#unprocessed.keys()], why));
  }
}

/** One volume that cannot be mounted. Throws what is nobody's to wait for. */
export function failureOf(volume: string, error: unknown): string {
  if (!(error instanceof MountError || error instanceof FilesError)) throw error;
  const { step = 'MountVolume.SetUp', volume: name = volume } = error instanceof MountError ? error.failure : {};
  return `${step} failed for volume "${name}" : ${error.message}`;
}

/** The volumes that a Pod is without, and why. */
export function notMounted(
  unmounted: readonly string[],
  unattached: readonly string[],
  unprocessed: readonly string[],
  why: string,
): string {
  const list = (names: readonly string[]): string => `[${[...names].sort().join(' ')}]`;
  return `Unable to attach or mount volumes: unmounted volumes=${list(unmounted)}, unattached volumes=${list(unattached)}, failed to process volumes=${list(unprocessed)}: ${why}`;
}

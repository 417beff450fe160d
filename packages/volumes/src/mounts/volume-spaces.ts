import { Quota } from '@kubernats/files';

/** How much a volume holds, and what of it is taken, for all who have it mounted. */
export interface VolumeSpace {
  /** Bytes. */
  capacityBytes: number;
  readonly quota: Quota;
}

/** The spaces of the volumes that a process has mounted, on any of its nodes. */
export class VolumeSpaces {
  readonly #spaces = new Map<string, { space: VolumeSpace; holders: number }>();

  /** Takes part in a volume's space; the largest size that anybody has seen counts, as volumes never shrink. */
  hold(key: string, capacityBytes: number): VolumeSpace {
    const held = this.#spaces.get(key) ?? { space: new Space(), holders: 0 };
    this.#spaces.set(key, held);
    held.holders += 1;
    held.space.capacityBytes = Math.max(held.space.capacityBytes, capacityBytes);
    return held.space;
  }

  leave(key: string): void {
    const held = this.#spaces.get(key);
    if (!held) return;
    held.holders -= 1;
    if (held.holders === 0) this.#spaces.delete(key);
  }
}

class Space implements VolumeSpace {
  capacityBytes = 0;
  readonly quota = new Quota(() => this.capacityBytes);
}

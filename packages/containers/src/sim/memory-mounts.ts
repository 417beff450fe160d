import type { Mount } from '../port.ts';
import type { ContainerAccount } from '../resources/container-account.ts';
import type { MeterPart } from '../resources/meter.ts';
import type { PageOwners } from '../resources/page-owners.ts';
import { ChargedFiles } from './charged-files.ts';

/** The mounts of a container, where those that lie in memory are paid for by it. */
export class MemoryMounts {
  readonly mounts: Mount[];
  readonly #parts = new Map<PageOwners, MeterPart>();
  #account: ContainerAccount | undefined;

  constructor(mounts: readonly Mount[]) {
    this.mounts = mounts.map((mount) => {
      const { files, readOnly, pageOwners } = mount;
      if (!pageOwners || readOnly) return mount;
      return { ...mount, files: new ChargedFiles(files, pageOwners, () => this.#partFor(pageOwners)) };
    });
  }

  paidBy(account: ContainerAccount): void {
    this.#account = account;
  }

  /** The container has ended. */
  leave(): void {
    for (const [owners, part] of this.#parts) owners.leave(part);
  }

  #partFor(owners: PageOwners): MeterPart | undefined {
    const known = this.#parts.get(owners);
    if (known || !this.#account) return known;
    const part = this.#account.part();
    this.#parts.set(owners, part);
    return part;
  }
}

import type { Clock, Random } from '@kubernats/clock';
import { BackendError, type StorageBackend } from '@kubernats/volumes';

/** Disks that are attached to nodes, in memory, and a witness of what must never happen to them. */
export class FakeDisks {
  readonly broken: string[] = [];
  readonly calls: string[] = [];
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #driver: string;
  readonly #attached = new Map<string, Set<string>>();
  readonly #mounted = new Map<string, Set<string>>();
  /** How often, of ten, a call fails. */
  failures = 0;
  /** Why the next attach fails, once. */
  refusal: string | undefined;
  /** Milliseconds. */
  attachTakesMs = 100;
  /** Disks that may be attached to many nodes. */
  readonly shared = new Set<string>();

  constructor(clock: Clock, random: Random, driver: string) {
    this.#clock = clock;
    this.#random = random;
    this.#driver = driver;
  }

  attachedTo(disk: string): string[] {
    return [...(this.#attached.get(disk) ?? [])];
  }

  mountedOn(node: string): string[] {
    return [...this.#mounted].filter(([, nodes]) => nodes.has(node)).map(([disk]) => disk);
  }

  mount(disk: string, node: string): void {
    const nodes = this.#mounted.get(disk) ?? new Set();
    this.#mounted.set(disk, nodes.add(node));
    if (!this.#attached.get(disk)?.has(node)) this.broken.push(`${disk} was mounted on ${node}, which does not have it`);
    if (nodes.size > 1 && !this.shared.has(disk)) this.broken.push(`${disk} is mounted on ${[...nodes].join(' and ')}`);
  }

  unmount(disk: string, node: string): void {
    this.#mounted.get(disk)?.delete(node);
  }

  /** As one process has them: its calls for one disk must not overlap. */
  backend(): StorageBackend {
    const busy = new Set<string>();
    const call = async (what: string, disk: string, node: string, act: () => void): Promise<void> => {
      if (busy.has(disk)) this.broken.push(`${what} of ${disk} while another call for it was under way`);
      busy.add(disk);
      this.calls.push(`${what} ${disk} ${node}`);
      try {
        await this.#clock.sleep(this.attachTakesMs);
        const refusal = this.refusal;
        this.refusal = undefined;
        if (refusal !== undefined || this.#random.int(10) < this.failures) throw new BackendError(refusal ?? 'the cloud is out of order');
        act();
      } finally {
        busy.delete(disk);
      }
    };
    const never = () => Promise.reject(new Error('not asked for here'));
    return {
      ...{ name: 'disks', drivers: [this.#driver], create: never, delete: never, expand: never, mount: never, unmount: never },
      traits: { attach: true, onNode: false, accessModes: ['ReadWriteOnce'], expansion: 'none' },
      attach: ({ handle }, node) =>
        call('attach', handle, node, () => {
          const nodes = this.#attached.get(handle) ?? new Set();
          this.#attached.set(handle, nodes.add(node));
          if (nodes.size > 1 && !this.shared.has(handle)) this.broken.push(`${handle} is attached to ${[...nodes].join(' and ')}`);
        }),
      detach: ({ handle }, node) =>
        call('detach', handle, node, () => {
          this.#attached.get(handle)?.delete(node);
          if (this.#mounted.get(handle)?.has(node)) this.broken.push(`${handle} was taken from ${node}, which has it mounted`);
        }),
    };
  }
}

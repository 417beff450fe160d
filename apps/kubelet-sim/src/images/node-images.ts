import type { NodeStatus } from '@kubernats/api';
import { fullImageName, imageId } from '../status/image-name.ts';

/** As many as a kubelet lists in its Node's status. */
const LISTED_MAX = 50;

/** The images that a node has pulled. */
export class NodeImages {
  readonly #sizes = new Map<string, number>();
  readonly #changed: () => void;

  /** `changed` is called when the node has another image. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  has(image: string): boolean {
    return this.#sizes.has(fullImageName(image));
  }

  add(image: string, sizeBytes: number): void {
    const name = fullImageName(image);
    if (this.#sizes.get(name) === sizeBytes) return;
    this.#sizes.set(name, sizeBytes);
    this.#changed();
  }

  /** What the node's status tells of the time before it was switched on: images stay on its disk. */
  restore(images: NodeStatus['images']): void {
    for (const { names = [], sizeBytes = 0 } of images ?? []) {
      const name = names.find((each) => !each.includes('@')) ?? names[0];
      if (name !== undefined && !this.#sizes.has(name)) this.#sizes.set(name, sizeBytes);
    }
  }

  /** As in a Node's status: the largest first. */
  list(): NonNullable<NodeStatus['images']> {
    return [...this.#sizes]
      .sort(([a, aSize], [b, bSize]) => bSize - aSize || (a < b ? -1 : 1))
      .slice(0, LISTED_MAX)
      .map(([name, sizeBytes]) => ({ names: [...new Set([imageId(name), name])], sizeBytes }));
  }
}

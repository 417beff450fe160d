import type { KubeObject } from '@kubernats/api';
import type { Informer } from '@kubernats/client';

/** What a deletion looks like that the informer does not show yet: any time will do. */
const NOT_SHOWN_YET = '1970-01-01T00:00:00Z';

/** Remembers what a loop has deleted until the informer shows it: on an older picture it would be deleted, and told of, once more. */
export class OwnDeletions<T extends KubeObject> {
  readonly #uids = new Set<string>();

  constructor(informer: Pick<Informer<T>, 'addHandler'>) {
    informer.addHandler({
      update: ({ metadata }) => metadata?.deletionTimestamp && this.#uids.delete(metadata.uid ?? ''),
      delete: ({ metadata }) => this.#uids.delete(metadata?.uid ?? ''),
    });
  }

  deleted({ metadata }: T): void {
    this.#uids.add(metadata?.uid ?? '');
  }

  has({ metadata }: T): boolean {
    return this.#uids.has(metadata?.uid ?? '');
  }

  /** The objects without those that were deleted. */
  without(objects: T[]): T[] {
    return this.#uids.size === 0 ? objects : objects.filter((object) => !this.has(object));
  }

  /** The objects as they are by now: those that were deleted are on their way out. */
  seen(objects: readonly T[]): readonly T[] {
    if (this.#uids.size === 0) return objects;
    return objects.map((object) =>
      this.has(object)
        ? { ...object, metadata: { ...object.metadata, deletionTimestamp: object.metadata?.deletionTimestamp ?? NOT_SHOWN_YET } }
        : object,
    );
  }
}

import { rfc3339 } from '@kubernats/clock';
import { RevisionConflict } from '@kubernats/store';
import type { ResourceCache } from '../cache/resource-cache.ts';
import type { Held } from '../cache/stored.ts';
import type { Core, Place } from '../core.ts';

const GROUP = 'kubernats.dev';

export interface Owner {
  namespace: string;
  name: string;
  uid: string;
}

interface ClaimRecord extends Held {
  spec: Owner;
}

/**
 * Who has which of a set of numbers or addresses: one record each in the store, made by compare-and-set. Two API servers that
 * want the same one at the same time cannot both get it.
 */
export class Claims {
  readonly #core: Pick<Core, 'stores' | 'streams' | 'clock' | 'ids'>;
  readonly #resource: string;
  readonly #kind: string;

  constructor(core: Pick<Core, 'stores' | 'streams' | 'clock' | 'ids'>, resource: string, kind: string) {
    this.#core = core;
    this.#resource = resource;
    this.#kind = kind;
  }

  get #cache(): ResourceCache {
    return this.#core.streams.state.resource(GROUP, this.#resource);
  }

  /** As far as this server knows; `claim` decides. */
  isTaken(value: string): boolean {
    return this.#cache.get('', value) !== undefined;
  }

  /** Who has it, as far as this server knows. */
  ownerOf(value: string): Owner | undefined {
    return (this.#cache.get('', value)?.object as ClaimRecord | undefined)?.spec;
  }

  get size(): number {
    return this.#cache.size;
  }

  /** False when somebody has it already; who has it already may claim it again. */
  async claim(value: string, owner: Owner): Promise<boolean> {
    const { uid, namespace, name } = owner;
    const record: ClaimRecord = {
      kind: this.#kind,
      apiVersion: `${GROUP}/v1`,
      metadata: { name: value, uid: this.#core.ids.uid(), creationTimestamp: rfc3339(this.#core.clock.now()) },
      spec: { namespace, name, uid },
    };
    try {
      await this.#core.stores.state.create(this.#key(value), new TextEncoder().encode(JSON.stringify(record)));
      return true;
    } catch (error) {
      if (error instanceof RevisionConflict) return false;
      throw error;
    }
  }

  /** Gives it back, if this owner (or, after a crash, one that no longer exists) has it. */
  async release(value: string, ownerUid: string): Promise<void> {
    const entry = await this.#core.stores.state.get(this.#key(value));
    if (!entry) return;
    const record = JSON.parse(new TextDecoder().decode(entry.value)) as ClaimRecord;
    if (record.spec.uid !== ownerUid) return;
    try {
      await this.#core.stores.state.delete(this.#key(value), entry.value, entry.revision);
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }

  /** Gives back what belongs to nobody: claims older than `olderThanMs` whose owner does not exist. For start-up: a server may die between the claim and the write. */
  async repair(owners: Place, olderThanMs: number): Promise<void> {
    const before = this.#core.clock.now() - olderThanMs;
    const living = new Set<string | undefined>();
    for (const { object } of owners.cache.values()) living.add(object.metadata.uid);
    for (const stored of [...this.#cache.values()]) {
      const { spec, metadata } = stored.object as ClaimRecord;
      if (living.has(spec.uid) || Date.parse(metadata.creationTimestamp ?? '') > before) continue;
      await this.release(stored.name, spec.uid);
    }
  }

  #key(value: string) {
    return { group: GROUP, resource: this.#resource, namespace: '', name: value };
  }
}

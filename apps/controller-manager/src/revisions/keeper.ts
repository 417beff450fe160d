import { type ControllerRevision, ControllerRevisions, type KindRef } from '@kubernats/api';
import { isControlledBy, type LabelSelector } from '@kubernats/apimachinery';
import type { Informer } from '@kubernats/client';
import { isAlreadyExists, isConflict, isNotFound } from '@kubernats/errors';
import type { ControllerContext } from '../context.ts';
import { revisionInformer } from '../informers.ts';
import { takeOver } from '../take-over.ts';
import { newestRevision } from './history.ts';
import { keeps, newRevision, type Revised } from './revision.ts';

export interface RevisionState {
  /** All that the owner has, the newest one included. */
  revisions: ControllerRevision[];
  /** The one of its template. */
  newest: ControllerRevision;
  /** How often a name was taken by another's. */
  collisionCount: number;
}

/** Keeps the revisions of one kind of owners. */
export class RevisionKeeper<O extends Revised> {
  readonly #context: ControllerContext;
  readonly #kind: KindRef<O>;
  readonly #hashLabel: string;
  readonly #informer: Informer<ControllerRevision>;

  constructor(context: ControllerContext, kind: KindRef<O>, hashLabel: string) {
    this.#context = context;
    this.#kind = kind;
    this.#hashLabel = hashLabel;
    this.#informer = revisionInformer(context.informers);
  }

  /** Whoever keeps revisions waits until it is synced. */
  get informer(): Informer<ControllerRevision> {
    return this.#informer;
  }

  /** Sees to it that the owner's template is its newest revision. An owner that is being deleted keeps what it has. */
  async keep(owner: O, selector: LabelSelector, collisionCount: number): Promise<RevisionState> {
    const revisions = await this.#claimed(owner, selector);
    const template = owner.spec?.template ?? {};
    const found = newestRevision(template, revisions);
    if (found.do === 'keep') return { revisions, newest: found.revision, collisionCount };
    if (owner.metadata?.deletionTimestamp !== undefined) {
      const newest = found.do === 'renumber' ? found.revision : newRevision(owner, found.revision, collisionCount, this.#hashLabel);
      return { revisions, newest, collisionCount };
    }
    if (found.do === 'renumber') {
      const newest = await this.#context.client.kind(ControllerRevisions).update({ ...found.revision, revision: found.to });
      return { revisions: revisions.map((revision) => (revision === found.revision ? newest : revision)), newest, collisionCount };
    }
    const created = await this.#create(owner, found.revision, collisionCount);
    return { revisions: [...revisions, created.newest], ...created };
  }

  /** Deletes revisions, if they are still what they were. */
  async remove(revisions: readonly ControllerRevision[]): Promise<void> {
    for (const { metadata: { name = '', namespace, uid } = {} } of revisions) {
      try {
        await this.#context.client.kind(ControllerRevisions).delete(name, namespace, { preconditions: { uid } });
      } catch (error) {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      }
    }
  }

  async #claimed(owner: O, selector: LabelSelector): Promise<ControllerRevision[]> {
    const kinds = { owners: this.#kind, kind: ControllerRevisions, informer: this.#informer };
    return (await takeOver(this.#context.client, owner, selector, kinds)).owned;
  }

  async #create(owner: O, revision: number, collisions: number): Promise<Pick<RevisionState, 'newest' | 'collisionCount'>> {
    const kind = this.#context.client.kind(ControllerRevisions);
    for (let collisionCount = collisions; ; collisionCount++) {
      const wanted = newRevision(owner, revision, collisionCount, this.#hashLabel);
      try {
        return { newest: await kind.create(wanted), collisionCount };
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
        const there = await kind.get(wanted.metadata?.name ?? '', wanted.metadata?.namespace);
        // Ours, and not shown by the informer yet; else another template has the same hash, and the next hash differs.
        const ours = isControlledBy(there, owner.metadata?.uid ?? '') && keeps(there, owner.spec?.template ?? {});
        if (ours) return { newest: there, collisionCount };
      }
    }
  }
}

import type { Stored } from './stored.ts';

/** One change of one object, as the cache saw it. */
export interface CacheEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  revision: number;
  /** The object after the change; of a deletion its last form, at the deletion's revision. */
  stored: Stored;
  /** The object before the change, if it was there. */
  previous: Stored | undefined;
}

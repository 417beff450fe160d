import type { Ids } from '@kubernats/clock';

/** Numbers of queries that nobody can guess. */
export const queryIds =
  (ids: Ids): (() => number) =>
  () =>
    Number.parseInt(ids.uid().slice(0, 4), 16);

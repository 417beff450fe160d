import type { ControllerRevision, PodTemplateSpec } from '@kubernats/api';
import { keeps } from './revision.ts';

/** What to do for a template to be the newest revision. */
export type NewestRevision =
  | { do: 'keep'; revision: ControllerRevision }
  /** It was there before, and becomes the newest again: a rollback. */
  | { do: 'renumber'; revision: ControllerRevision; to: number }
  | { do: 'create'; revision: number };

export function newestRevision(template: PodTemplateSpec, revisions: readonly ControllerRevision[]): NewestRevision {
  let newest = 0;
  let same: ControllerRevision | undefined;
  for (const candidate of revisions) {
    newest = Math.max(newest, candidate.revision);
    if (keeps(candidate, template) && candidate.revision >= (same?.revision ?? 0)) same = candidate;
  }
  if (!same) return { do: 'create', revision: newest + 1 };
  return same.revision === newest ? { do: 'keep', revision: same } : { do: 'renumber', revision: same, to: newest + 1 };
}

/** The revisions that nothing uses any more, the oldest first. `isLive` says of which there still are Pods. */
export function unusedRevisions(
  revisions: readonly ControllerRevision[],
  isLive: (revision: ControllerRevision) => boolean,
): ControllerRevision[] {
  return revisions.filter((revision) => !isLive(revision)).sort((a, b) => a.revision - b.revision);
}

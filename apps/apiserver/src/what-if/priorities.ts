import type { KindRow, PodSpec } from '@kubernats/api';
import type { ManifestObject } from './manifest.ts';

interface PriorityClass {
  value?: number;
  preemptionPolicy?: string;
}

export const isPriorityClass = ({ group, plural }: KindRow): boolean => group === 'scheduling.k8s.io' && plural === 'priorityclasses';

/** The PriorityClasses that come with a manifest: the API server does not know them yet. */
export class Priorities {
  readonly #classes: ReadonlyMap<string, PriorityClass>;

  constructor(objects: readonly ManifestObject[]) {
    const classes = objects.filter(({ row }) => isPriorityClass(row));
    this.#classes = new Map(classes.map(({ object }) => [object.metadata.name ?? '', object as PriorityClass]));
  }

  /** What a Pod of one of these classes gets by it, and what is left for the API server to admit; undefined: it is of no such class. */
  of({ priorityClassName, ...spec }: PodSpec): { spec: PodSpec; gets: Pick<PodSpec, 'priority' | 'preemptionPolicy'> } | undefined {
    const known = this.#classes.get(priorityClassName ?? '');
    return known && { spec, gets: { priority: known.value ?? 0, preemptionPolicy: known.preemptionPolicy ?? 'PreemptLowerPriority' } };
  }
}

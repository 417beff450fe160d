import { globalDefaultOf, type KindRow, type PodSpec, type PriorityClass } from '@kubernats/api';
import type { Call } from '../call.ts';
import { type Core, placeOf } from '../core.ts';
import { refuse } from '../rest/create-object.ts';
import { strategyContext } from '../rest/write.ts';
import { dryRun } from './dry-run.ts';
import type { ManifestObject } from './manifest.ts';

export const isPriorityClass = ({ group, plural }: KindRow): boolean => group === 'scheduling.k8s.io' && plural === 'priorityclasses';

/** Throws what the API server would answer whoever created this PriorityClass, or changed the one of its name. */
export async function checkPriorityClass(core: Core, call: Call, { row, object }: ManifestObject): Promise<void> {
  const draft = await dryRun(core, call, row, object, true);
  const there = placeOf(core, row).cache.get('', object.metadata.name ?? '')?.object;
  if (there) refuse(row, draft, row.strategy.validateUpdate?.(draft, there, strategyContext(core)) ?? []);
}

/** The PriorityClasses that come with a manifest: the API server does not know them yet. */
export class Priorities {
  readonly #classes: ReadonlyMap<string, PriorityClass>;
  readonly #globalDefault: PriorityClass | undefined;

  constructor(objects: readonly ManifestObject[]) {
    const classes = objects.filter(({ row }) => isPriorityClass(row));
    this.#classes = new Map(classes.map(({ object }) => [object.metadata.name ?? '', object as PriorityClass]));
    this.#globalDefault = globalDefaultOf(this.#classes.values());
  }

  /**
   * What a Pod of one of these classes gets by it, or one of no class by their global default, and what is left for the API server to admit; undefined: it
   * gets nothing by these.
   */
  of({ priorityClassName, ...spec }: PodSpec): { spec: PodSpec; gets: Pick<PodSpec, 'priority' | 'preemptionPolicy'> } | undefined {
    const known = priorityClassName ? this.#classes.get(priorityClassName) : this.#globalDefault;
    return known && { spec, gets: { priority: known.value ?? 0, preemptionPolicy: known.preemptionPolicy ?? 'PreemptLowerPriority' } };
  }
}

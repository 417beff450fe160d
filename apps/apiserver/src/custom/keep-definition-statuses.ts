import type { CustomResourceDefinition } from '@kubernats/api';
import { copyJson, deepEqual } from '@kubernats/apimachinery';
import { rfc3339 } from '@kubernats/clock';
import { isNotFound } from '@kubernats/errors';
import type { Stored } from '../cache/stored.ts';
import { type Core, placeOfResource } from '../core.ts';
import { ownCall } from '../own-call.ts';
import { type Change, modifyObject } from '../rest/modify-object.ts';
import { decideUpdate } from '../rest/update-object.ts';
import { definitionStatus } from './definition-status.ts';
import { hasItsNames, takenNames } from './naming.ts';

const GROUP = 'apiextensions.k8s.io';
const VERSION = 'v1';
const RESOURCE = 'customresourcedefinitions';
/** What could not be written is tried again. */
const RETRY_MS = 1000;

/**
 * Keeps the status of every CustomResourceDefinition true, from the moment on at which a change is seen. All servers do so, and decide alike: names
 * that two ask for belong to the one that came first in the stream. Call the result to end.
 */
export function keepDefinitionStatuses(core: Core): () => void {
  const keeper = new Keeper(core);
  const end = placeOfResource(core, GROUP, VERSION, RESOURCE).cache.observe((now, before) => keeper.changed(now, before));
  return () => {
    end();
    keeper.stop();
  };
}

class Keeper {
  readonly #core: Core;
  /** By group, then by name, in the order in which they came. */
  readonly #groups = new Map<string, Map<string, CustomResourceDefinition>>();
  readonly #due = new Set<string>();
  readonly #timers = new Set<{ cancel(): void }>();
  #isWorking = false;
  #isStopped = false;

  constructor(core: Core) {
    this.#core = core;
  }

  changed(now: Stored | undefined, before: Stored | undefined): void {
    const old = before?.object as CustomResourceDefinition | undefined;
    const definition = now?.object as CustomResourceDefinition | undefined;
    const group = (definition ?? old)?.spec.group ?? '';
    const name = (now ?? before)?.name ?? '';
    const known = this.#groups.get(group) ?? new Map<string, CustomResourceDefinition>();
    this.#groups.set(group, known);
    // Of one that was made again the place is a new one.
    if (!definition || definition.metadata?.uid !== known.get(name)?.metadata?.uid) known.delete(name);
    if (definition) {
      known.set(name, definition);
      this.#due.add(name);
    } else if (known.size === 0) this.#groups.delete(group);
    const freed = old && !deepEqual(old.status?.acceptedNames, definition?.status?.acceptedNames);
    if (freed) for (const [other, each] of known) if (!hasItsNames(each)) this.#due.add(other);
    this.#wake();
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) timer.cancel();
  }

  #wake(): void {
    if (this.#isWorking || this.#isStopped || this.#due.size === 0) return;
    this.#isWorking = true;
    void this.#work();
  }

  /** One after the other: what one gets the next one cannot have. */
  async #work(): Promise<void> {
    for (const name of this.#due) {
      if (this.#isStopped) break;
      this.#due.delete(name);
      await this.#keep(name);
    }
    this.#isWorking = false;
    this.#wake();
  }

  async #keep(name: string): Promise<void> {
    const core = this.#core;
    const place = placeOfResource(core, GROUP, VERSION, RESOURCE);
    try {
      const there = place.cache.get('', name);
      if (!there || !this.#next(there)) return;
      const { stored } = await modifyObject(core, place, { namespace: '', name, dryRun: false }, (current) => this.#change(current));
      await place.stream.waitFor(stored.revision);
    } catch (error) {
      if (isNotFound(error) || this.#isStopped) return;
      core.log.warn({ error, name }, 'the status of a CustomResourceDefinition could not be written');
      this.#later(name);
    }
  }

  #later(name: string): void {
    const timer = this.#core.clock.setTimer(RETRY_MS, () => {
      this.#timers.delete(timer);
      this.#due.add(name);
      this.#wake();
    });
    this.#timers.add(timer);
  }

  /** The definition with the status that it must have; undefined: it has it. */
  #next(current: Stored): CustomResourceDefinition | undefined {
    const definition = current.object as CustomResourceDefinition;
    const { group } = definition.spec;
    const status = definitionStatus(definition, takenNames(this.#others(group, current.name)), rfc3339(this.#core.clock.now()));
    return deepEqual(status, definition.status) ? undefined : { ...definition, status };
  }

  /** The names of those that came later and have none yet count for nothing. */
  *#others(group: string, name: string): Iterable<{ definition: CustomResourceDefinition; undecided: boolean }> {
    let isBefore = true;
    for (const [other, definition] of this.#groups.get(group) ?? []) {
      if (other === name) isBefore = false;
      else yield { definition, undecided: isBefore && (definition.status?.conditions ?? []).length === 0 };
    }
  }

  #change(current: Stored): Change | Promise<Change> {
    const next = this.#next(current);
    if (!next) return { do: 'keep' };
    const { metadata = {}, ...rest } = copyJson(next);
    const { row } = placeOfResource(this.#core, GROUP, VERSION, RESOURCE);
    const call = ownCall(row, { verb: 'update', name: current.name, subresource: 'status' });
    return decideUpdate(this.#core, call, current, { ...rest, metadata }, { subresource: 'status', warnings: [] });
  }
}

import { type CustomResourceDefinition, CustomResourceDefinitions, isKept, KINDS, type KindRef, type KubeObject } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Informer, InformerSet } from '@kubernats/client';
import { servedKind } from './served-kind.ts';

/** The built-in kinds whose objects go with their owners and their namespaces: all that are kept, each once. */
export const COLLECTED_KINDS: readonly KindRef[] = KINDS.filter(isKept);

/** What follows kinds that come and go. */
export interface KindFollower {
  /** The kind is there, and its objects are followed. */
  begin(ref: KindRef, informer: Informer<KubeObject>): void;
  /** It is served no more: its informer has ended. */
  end?(ref: KindRef): void;
}

/**
 * The kinds whose objects go with their owners and their namespaces: those that every server has, and what CustomResourceDefinitions bring. All
 * but Events are followed all the time: these tell of objects and outlive them; nobody owns one, and there are many.
 */
export class CollectedKinds {
  readonly #informers: InformerSet;
  readonly #builtIn: readonly KindRef[];
  /** By the name of the definition. */
  readonly #custom = new Map<string, KindRef>();
  readonly #followers: KindFollower[] = [];

  constructor(builtIn: readonly KindRef[], informers: InformerSet) {
    this.#builtIn = builtIn;
    this.#informers = informers;
    for (const ref of this.#followed()) informers.of(ref);
    informers.of(CustomResourceDefinitions).addHandler({
      add: (definition) => this.#changed(definition, refOf(definition)),
      update: (definition) => this.#changed(definition, refOf(definition)),
      delete: (definition) => this.#changed(definition, undefined),
    });
  }

  get all(): readonly KindRef[] {
    return [...this.#builtIn, ...this.#custom.values()];
  }

  /** Tells of the kinds that are followed, and of those that come and go from now on. */
  follow(follower: KindFollower): void {
    this.#followers.push(follower);
    for (const ref of this.#followed()) follower.begin(ref, this.#informers.of(ref));
  }

  #followed(): KindRef[] {
    return this.all.filter(({ plural }) => plural !== 'events');
  }

  #changed({ metadata }: CustomResourceDefinition, ref: KindRef | undefined): void {
    const name = metadata?.name ?? '';
    const old = this.#custom.get(name);
    if (deepEqual(ref, old)) return;
    this.#custom.delete(name);
    if (old) {
      this.#informers.drop(old);
      for (const { end } of this.#followers) end?.(old);
    }
    if (!ref) return;
    this.#custom.set(name, ref);
    const informer = this.#informers.of(ref);
    for (const { begin } of this.#followers) begin(ref, informer);
  }
}

/** Objects are looked at in the version that they are kept in, where it is served. */
const refOf = (definition: CustomResourceDefinition): KindRef | undefined => servedKind(definition, ({ storage }) => storage)?.ref;
